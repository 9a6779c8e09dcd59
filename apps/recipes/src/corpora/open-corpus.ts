import { stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { ArgumentError } from '@unroll/backend/errors';
import { type Corpus, type CorpusDescription, corpus } from '@unroll/data';

/**
 * Downloads a corpus, or opens it in a folder. All files are in the same place: directly in the folder, or in the
 * subfolder with the corpus's name, or in one of the other subfolders `places`.
 *
 * @throws ArgumentError when `folder` is no folder, or has the first file in none of the places, which the error names
 */
export async function openCorpus(
  description: CorpusDescription,
  folder: string | undefined,
  places: readonly string[] = [],
): Promise<Corpus> {
  // Without a folder it is downloaded; corpus refuses the name ''.
  if (!folder) return await corpus(description, { folder });
  const { url } = description.files[0]!;
  const file = posix.basename(url);
  const folders = ['', description.name, ...places].map((place) => join(folder, place));
  const paths = folders.map((each) => join(each, file));
  const found = await Promise.all(paths.map(isFile));
  const place = found.indexOf(true);
  // Where the folder itself is none, corpus says so.
  if (place < 0 && (await isFolder(folder))) {
    const looked = `${paths.slice(0, -1).join(', ')} and ${paths.at(-1)}`;
    throw new ArgumentError('corpus', 'folder', `has no ${file}; looked for ${looked}. It comes from ${url}`);
  }
  return await corpus(description, { folder: folders[place] ?? folder });
}

const isFile = async (path: string) => (await statsOf(path))?.isFile() === true;
const isFolder = async (path: string) => (await statsOf(path))?.isDirectory() === true;

const statsOf = (path: string) =>
  stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
