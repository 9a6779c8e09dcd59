import type { BufferPool } from './buffer-pool.ts';
import type { Commands } from './commands.ts';

/**
 * The bytes of buffers, by one copy of all of them, once all that is recorded so far has run.
 *
 * @param check throws where the copy cannot be trusted, or has failed for a reason that it can name
 */
export async function download(
  buffers: readonly GPUBuffer[],
  { commands, pool, check }: { commands: Commands; pool: BufferPool; check: () => void },
): Promise<ArrayBuffer[]> {
  const size = buffers.reduce((sum, buffer) => sum + buffer.size, 0);
  const staging = pool.acquireBuffer(size, GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ);
  let isWhole = false;
  try {
    let offset = 0;
    for (const buffer of buffers) {
      commands.encoder().copyBufferToBuffer(buffer, 0, staging, offset, buffer.size);
      offset += buffer.size;
    }
    commands.submit();
    await staging.mapAsync(GPUMapMode.READ);
    check();
    const bytes = staging.getMappedRange();
    offset = 0;
    const parts = buffers.map((buffer) => {
      const part = bytes.slice(offset, offset + buffer.size);
      offset += buffer.size;
      return part;
    });
    isWhole = true;
    return parts;
  } catch (error) {
    check();
    throw error;
  } finally {
    staging.unmap();
    pool.releaseBuffer(staging, isWhole);
  }
}
