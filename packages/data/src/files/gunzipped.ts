import { checkValue, kind, messageOf } from '@unroll/backend/checks';
import { FormatError } from '@unroll/backend/errors';
import { gunzip } from '#files';
import { skipBytes } from './chunks-of.ts';
import { isSource, type Source } from './source.ts';

/**
 * What a `.gz` file holds. A reading that resumes unpacks from the beginning up to where it stood. Several packed files one behind the
 * other, as `bgzip` writes them, are one under Node; a browser refuses them.
 *
 * @example
 * lines(gunzipped(fileSource('corpus.txt.gz')));
 *
 * @throws FormatError while reading, where the file is damaged or cut short
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
    // What the source itself says is not the fault of what it holds.
    for (const failure of failures) throw failure;
    throw new FormatError(`${source.name}: ${messageOf(error)}`, { cause: error });
  }
}

/** The same chunks; what goes wrong in reading them is noted, but not what their reader throws into it. */
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
