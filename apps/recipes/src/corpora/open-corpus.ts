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
  if (folder === undefined) return await corpus(description);
  const { url } = description.files[0]!;
  const file = posix.basename(url);
  const kind = await kindOf(folder);
  if (kind !== 'a folder')
    throw new ArgumentError(
      'corpus',
      'folder',
      `is '${folder}', ${kind}; expected a folder that has ${file}`,
    );
  const folders = ['', description.name, ...places].map((place) => join(folder, place));
  const paths = folders.map((each) => join(each, file));
  const kinds = await Promise.all(paths.map(kindOf));
  const place = kinds.indexOf('a file');
  if (place < 0) {
    const looked = `${paths.slice(0, -1).join(', ')} and ${paths.at(-1)}`;
    throw new ArgumentError('corpus', 'folder', `has no ${file}; looked for ${looked}. It comes from ${url}`);
  }
  return await corpus(description, { folder: folders[place] });
}

async function kindOf(path: string): Promise<'a folder' | 'a file' | 'which does not exist'> {
  const stats = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (!stats) return 'which does not exist';
  return stats.isDirectory() ? 'a folder' : 'a file';
}
