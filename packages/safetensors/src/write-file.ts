import type { Named } from './named.ts';
import { nodeFiles } from './node-files.ts';
import type { StoredTensor } from './stored-tensor.ts';
import { fileChunks, type WriteOptions } from './write.ts';

/**
 * Writes a file under Node, whole or not at all: to a temporary file beside it, which then takes its place, so that neither an error
 * nor the end of the process leaves half a file under its name.
 *
 * @param path a path or `file:` URL
 * @throws as `writeSafetensors`; errors of the file system pass through
 */
export async function writeSafetensorsFile(
  path: string | URL,
  tensors: Named<StoredTensor>,
  options: WriteOptions = {},
): Promise<void> {
  const owner = 'writeSafetensorsFile';
  const files = nodeFiles(owner);
  const chunks = fileChunks(owner, tensors, options);
  const suffix = `.${crypto.randomUUID()}.tmp`;
  const temporary = path instanceof URL ? new URL(path.href + suffix) : path + suffix;
  try {
    const handle = await files.open(temporary, 'wx');
    try {
      await handle.writeFile(chunks);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await files.rename(temporary, path);
  } catch (error) {
    await files.rm(temporary, { force: true });
    throw error;
  }
}
