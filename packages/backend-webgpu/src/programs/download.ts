import type { BufferPool } from './buffer-pool.ts';
import type { Commands } from './commands.ts';
import type { Slice } from './dispatch.ts';

/**
 * The bytes of several tensors, by one copy of all of them after all commands recorded so far have run.
 *
 * @param check throws if the copy cannot be trusted, or has failed for a known reason
 */
export async function download(
  slices: readonly Slice[],
  { commands, pool, check }: { commands: Commands; pool: BufferPool; check: () => void },
): Promise<ArrayBuffer[]> {
  const size = slices.reduce((sum, slice) => sum + slice.size, 0);
  const staging = pool.acquireBuffer(size, GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ);
  let isWhole = false;
  try {
    let offset = 0;
    for (const { buffer, offset: from, size: bytes } of slices) {
      commands.encoder().copyBufferToBuffer(buffer, from, staging, offset, bytes);
      offset += bytes;
    }
    commands.submit();
    await commands.sent();
    await staging.mapAsync(GPUMapMode.READ);
    check();
    const bytes = staging.getMappedRange();
    offset = 0;
    const parts = slices.map((slice) => {
      const part = bytes.slice(offset, offset + slice.size);
      offset += slice.size;
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
