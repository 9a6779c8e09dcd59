import { checkValue, kind } from '@unroll/backend/checks';
import type { Source } from './source.ts';

// Rows are parsed one chunk at a time.
const CHUNK = 256 * 1024;

const bytesOrText = {
  expected: 'a Uint8Array or a string',
  fits: (value: unknown) => value instanceof Uint8Array || typeof value === 'string',
  required: true,
};

/** Bytes in memory, or a string, which is encoded as UTF-8. */
export function bytesSource(bytes: Uint8Array<ArrayBuffer> | string, name = 'bytes'): Source {
  checkValue('bytesSource', 'bytes', bytes, bytesOrText);
  checkValue('bytesSource', 'name', name, kind.text);
  const all = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
  return {
    name,
    size: async () => all.length,
    async *open(offset) {
      for (let at = offset; at < all.length; at += CHUNK) yield all.subarray(at, at + CHUNK);
    },
  };
}
