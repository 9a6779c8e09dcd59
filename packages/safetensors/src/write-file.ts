import { shown } from './check-options.ts';
import type { Named } from './named.ts';
import { type NodeFiles, nodeFiles } from './node-files.ts';
import type { StoredTensor } from './stored-tensor.ts';
import { fileChunks, type WriteOptions } from './write.ts';

/**
 * Writes a file under Node, completely or not at all. It writes a temporary file beside the target and renames it, so
 * that neither an error nor the end of the process leaves half a file. A symbolic link stays, and its target is
 * written. A replaced file passes its permissions on to the new one. A target that is not a regular file, such as a
 * pipe, is written directly.
 *
 * @param path a path or `file:` URL
 * @throws like `writeSafetensors`, and TypeError when `path` is neither; errors of the file system pass through
 */
export async function writeSafetensorsFile(
  path: string | URL,
  tensors: Named<StoredTensor>,
  options: WriteOptions = {},
): Promise<void> {
  const owner = 'writeSafetensorsFile';
  if ((typeof path !== 'string' || path === '') && !(path instanceof URL)) {
    throw new TypeError(`${owner}: path is ${shown(path)}; expected a path or a file: URL`);
  }
  const files = nodeFiles(owner);
  const chunks = fileChunks(owner, tensors, options);
  const older = await files.stat(path).catch(unlessMissing);
  if (older && !older.isFile()) return files.writeFile(path, chunks);
  const file = await linked(files, path);
  const temporary = `${file}.${crypto.randomUUID()}.tmp`;
  const handle = await files.open(temporary, 'wx', older?.mode);
  try {
    try {
      if (older) await handle.chmod(older.mode);
      await handle.writeFile(chunks);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await files.rename(temporary, file);
  } catch (error) {
    await files.rm(temporary, { force: true });
    throw error;
  }
}

/** Follows symbolic links to the target of a path, even when the target does not exist yet. */
async function linked(files: NodeFiles, path: string | URL): Promise<string> {
  const real = await files.realpath(path).catch(unlessMissing);
  if (real !== undefined) return real;
  const { dirname, isAbsolute, join, basename } = process.getBuiltinModule('node:path');
  const plain = path instanceof URL ? process.getBuiltinModule('node:url').fileURLToPath(path) : path;
  const folder = await files.realpath(dirname(plain));
  const name = join(folder, basename(plain));
  const target = await files.readlink(name).catch(unlessMissing);
  if (target === undefined) return name;
  // Join without normalising: only the file system knows where `..` leads after a link.
  return linked(files, isAbsolute(target) ? target : `${folder}/${target}`);
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
