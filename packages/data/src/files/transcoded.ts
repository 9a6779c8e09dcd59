import { messageOf } from '@unroll/backend/checks';
import { FormatError } from '@unroll/backend/errors';
import { skipBytes } from './chunks-of.ts';
import type { Source } from './source.ts';

/** Converts a source from another encoding to UTF-8. Each opening decodes from the beginning. */
export function transcoded(source: Source, encoding: string): Source {
  return {
    name: source.name,
    size: () => source.size(),
    open: (offset) => skipBytes(inUtf8(source, encoding), offset),
  };
}

async function* inUtf8(
  source: Source,
  encoding: string,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  const encoder = new TextEncoder();
  const decode = (bytes?: Uint8Array): Uint8Array<ArrayBuffer> => {
    try {
      return encoder.encode(decoder.decode(bytes, { stream: bytes !== undefined }));
    } catch (error) {
      throw new FormatError(`${source.name}: it is no ${encoding}: ${messageOf(error)}`, { cause: error });
    }
  };
  for await (const chunk of source.open(0)) yield decode(chunk);
  yield decode();
}
