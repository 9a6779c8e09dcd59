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
 * Stores checkpoints in a folder, under Node, Deno and Bun. Each checkpoint is a subfolder with its files, such as
 * `runs/names/step-00000100`. The folder may contain other files and folders. A link to a checkpoint's folder is a
 * checkpoint. When such a checkpoint is removed or replaced, only the link goes; its target stays.
 *
 * A checkpoint is first written to a folder beside the others whose name begins with a dot. Each file and the folder
 * are written through to the disk (fsync). Then the folder gets its name, and the renaming is written through. A
 * checkpoint that exists is therefore complete, even after a power cut.
 *
 * Several processes may write to one folder, but not checkpoints of the same name at once. Each writer removes the
 * remains of processes that ended while they were writing.
 *
 * @example
 * const store = folder('runs/names');
 * const latest = await latestCheckpoint(store);
 *
 * @param path the first write creates the folder if it is missing. A relative path starts at the working directory of
 *   this call. A string that begins with `file://` is a URL.
 * @throws ArgumentError when there is no file system (use `opfs` in a page), or a URL has no path on this machine, such
 *   as another host's
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
