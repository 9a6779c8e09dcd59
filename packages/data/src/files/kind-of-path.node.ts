import { stat } from 'node:fs/promises';
import { codeOf } from './error-code.ts';

/** What a path leads to, in words for errors */
type PathKind = 'a folder' | 'a file' | 'which does not exist' | 'no file and no folder';

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
