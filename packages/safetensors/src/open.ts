import { namedSource, type Source } from './byte-source.ts';
import { openFile } from './open-file.ts';
import { openIndex } from './open-shards.ts';
import type { TensorFile } from './tensor-file.ts';

/**
 * Opens a file, to be read tensor by tensor: reads its header and checks all of the format's rules, also that the file is as
 * long as its header says. The path of an index, under Hugging Face's name, opens the shards that the index names.
 *
 * @param source a path or `file:` URL under Node, a `Blob` (a `File`), bytes, or `{ size, read(start, end) }` for anything else,
 *   such as requests for ranges
 * @throws SafetensorsError where the file is none, or damaged
 * @throws TypeError where `source` cannot be opened here; errors of the file system pass through
 */
export async function openSafetensors(source: Source): Promise<TensorFile> {
  if (isPath(source) && pathOf(source).endsWith('.index.json')) return openIndex(source);
  return openFile(await namedSource('openSafetensors', source));
}

const isPath = (source: Source): source is string | URL =>
  typeof source === 'string' || source instanceof URL;

/** A URL's query is no part of the file's name. */
const pathOf = (source: string | URL): string => (source instanceof URL ? source.pathname : source);
