import { checkValue, kind, messageOf } from '@unroll/backend/checks';
import { FormatError } from '@unroll/backend/errors';
import { gunzip } from '#files';
import { skipBytes } from './chunks-of.ts';
import { isSource, type Source } from './source.ts';

/**
 * The uncompressed content of a `.gz` file. A reading that resumes decompresses from the beginning up to its position.
 * Node reads several concatenated gzip files, as `bgzip` writes them, as one file. A browser rejects them.
 *
 * @example
 * lines(gunzipped(fileSource('corpus.txt.gz')));
 *
 * @throws FormatError during reading, when the file is damaged or truncated
 */
export function gunzipped(source: Source): Source {
  checkValue('gunzipped', 'source', source, kind.required(isSource));
  const name = source.name.replace(/\.gz$/i, '');
  return {
    name,
    size: () => source.size(),
    open: (offset) => skipBytes(unpacked(source), offset),
  };
}

async function* unpacked(source: Source): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const failures: unknown[] = [];
  try {
    yield* gunzip(noting(failures, source.open(0)));
  } catch (error) {
    // Errors of the source itself are not a FormatError of its content.
    for (const failure of failures) throw failure;
    throw new FormatError(`${source.name}: ${messageOf(error)}`, { cause: error });
  }
}

/** Passes chunks on, and notes errors of reading them, but not errors that the consumer throws into the generator. */
async function* noting<T>(failures: unknown[], chunks: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  const iterator = chunks[Symbol.asyncIterator]();
  const next = () =>
    iterator.next().catch((error) => {
      failures.push(error);
      throw error;
    });
  try {
    for (let result = await next(); !result.done; result = await next()) yield result.value;
  } finally {
    await iterator.return?.();
  }
}
