import { stat } from 'node:fs/promises';

/** What a path leads to, in words for errors */
export type PathKind = 'a folder' | 'a file' | 'which does not exist' | 'no file and no folder';

export async function kindOf(path: string): Promise<PathKind> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) return 'a folder';
    return stats.isFile() ? 'a file' : 'no file and no folder';
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return 'which does not exist';
    throw error;
  }
}

export const isFile = async (path: string): Promise<boolean> => (await kindOf(path)) === 'a file';

export const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
