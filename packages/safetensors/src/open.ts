import { namedSource, type Source } from './byte-source.ts';
import { openFile } from './open-file.ts';
import { openIndex } from './open-shards.ts';
import type { TensorFile } from './tensor-file.ts';

/**
 * Opens a file whose tensors can be read one by one. It reads the header and checks all rules of the format, including
 * that the file is as long as its header says. The path of an index, under Hugging Face's name, opens the shards of the
 * index.
 *
 * @param source a path or `file:` URL under Node, a `Blob` (or `File`), bytes, or `{ size, read(start, end) }` for
 *   anything else, such as range requests
 * @throws SafetensorsError when the source is not a safetensors file, or is damaged
 * @throws TypeError when `source` cannot be opened here; errors of the file system pass through
 */
export async function openSafetensors(source: Source): Promise<TensorFile> {
  if (isPath(source) && pathOf(source).endsWith('.index.json')) return openIndex(source);
  return openFile(await namedSource('openSafetensors', source));
}

const isPath = (source: Source): source is string | URL =>
  typeof source === 'string' || source instanceof URL;

/** A URL's query does not belong to the file's name. */
const pathOf = (source: string | URL): string => (source instanceof URL ? source.pathname : source);
