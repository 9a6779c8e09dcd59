import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The first of the paths that is a folder in `folder`, or `folder` itself. Use it for files that are deeper than `corpus`
 * looks.
 */
export async function subfolder(folder: string, paths: readonly string[]): Promise<string> {
  for (const path of paths) {
    const found = join(folder, path);
    const stats = await stat(found).catch(() => undefined);
    if (stats?.isDirectory()) return found;
  }
  return folder;
}
