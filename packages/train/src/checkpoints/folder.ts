import { checkValue, kind, messageOf } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { nodeFolderFiles } from './folder-files.ts';
import { FolderStore } from './folder-store.ts';
import type { CheckpointStore } from './store.ts';
import { thisProcess } from './temporary-name.ts';

const pathKind: kind.Kind = kind.required({
  expected: 'a path or a file: URL',
  fits: (value) => kind.text.fits(value) || (value instanceof URL && value.protocol === 'file:'),
});

/**
 * Checkpoints in a folder, under Node (and Deno and Bun): each in a folder of its own, `runs/names/step-00000100`, with its files.
 * Other files and folders may lie there, too. A link to a checkpoint's folder is a checkpoint; where it is removed or replaced, the link
 * goes, and what it leads to stays. A checkpoint is made in a folder beside the others whose name begins with a dot, each file
 * and the folder are written through to the disk (fsync), the folder gets its name, and that is written through: so what is there
 * is whole, after a power cut too.
 *
 * Several processes may write into one folder, if not checkpoints of the same name at once. What a process left that ended while it
 * wrote is removed by the next one that writes.
 *
 * @example
 * const store = folder('runs/names');
 * const latest = await latestCheckpoint(store);
 *
 * @param path is made where it is not there, when something is written; relative ones begin at the current folder, as it is now
 *   A string that begins with `file://` is a URL.
 * @throws ArgumentError where there are no folders: a page has `opfs`; and where a URL is that of no path, such as another host's
 */
export function folder(path: string | URL): CheckpointStore {
  checkValue('folder', 'path', path, pathKind);
  const files = nodeFolderFiles();
  if (!files) {
    throw new ArgumentError(
      'folder',
      'path',
      `is '${path}'; there are no folders here, but under Node: a page has opfs`,
    );
  }
  const isUrl = typeof path !== 'string' || /^file:\/\//i.test(path);
  const location = isUrl ? pathOf(path) : path;
  const root = process.getBuiltinModule('node:path').resolve(location);
  return new FolderStore(location, root, files, thisProcess());
}

function pathOf(url: string | URL): string {
  try {
    return process.getBuiltinModule('node:url').fileURLToPath(url);
  } catch (cause) {
    const words = `is '${url}'; expected a file: URL of a path on this machine: ${messageOf(cause)}`;
    throw new ArgumentError('folder', 'path', words, { cause });
  }
}
