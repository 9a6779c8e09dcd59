import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { collectGarbage } from '../test/allocated.ts';
import { inFolder } from '../test/in-folder.ts';
import { openSafetensors, type StoredTensor, safetensorsChunks } from './index.ts';

/** `pnpm long safetensors-file` makes a gigabyte. */
const MEGABYTES = Number(process.env.UNROLL_FILE_MEGABYTES ?? 16);
const TENSORS = 64;

/** The amount of garbage that V8 leaves before it collects by itself, whatever the file's size. */
const GARBAGE = 250e6;

describe(`a file of ${MEGABYTES} MB`, () => {
  it('is read tensor by tensor in the memory of a few tensors', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'large.safetensors');
      const elements = Math.floor((MEGABYTES * 1e6) / TENSORS / 4);
      const data = Float32Array.from({ length: elements }, (_, i) => i);
      const tensor: StoredTensor = { dtype: 'F32', shape: [elements], data };
      const names = Array.from({ length: TENSORS }, (_, i) => `layers.${i}.weight`);

      const writing = performance.now();
      // All chunks are the same array, so that only the disk holds the file's size.
      await writeAll(path, safetensorsChunks(names.map((name) => [name, tensor])));
      const written = performance.now() - writing;
      const { size } = await stat(path);

      await using file = await openSafetensors(path);
      expect(file.names).toHaveLength(TENSORS);
      const pass = async (afterEach: () => void) => {
        collectGarbage();
        const before = process.memoryUsage();
        const most = { arrays: 0, process: 0 };
        const start = performance.now();
        for (const name of file.names) {
          expect((await file.read(name)).data.at(-1)).toBe(data.at(-1));
          afterEach();
          const { arrayBuffers, rss } = process.memoryUsage();
          most.arrays = Math.max(most.arrays, arrayBuffers - before.arrayBuffers);
          most.process = Math.max(most.process, rss - before.rss);
        }
        return { most, milliseconds: performance.now() - start };
      };
      const { most, milliseconds } = await pass(() => {});
      const rate = (taken: number) => `${(size / 1e6 / taken).toFixed(2)} GB/s`;
      const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
      console.log(
        `${megabytes(size)}: written ${rate(written)}, read ${rate(milliseconds)}; at most ${megabytes(most.arrays)} of arrays and ${megabytes(most.process)} of the process more than before`,
      );
      expect(Math.max(most.arrays, most.process)).toBeLessThanOrEqual(GARBAGE);
      // V8 frees arrays concurrently, some time after collecting them.
      expect((await pass(collectGarbage)).most.arrays).toBeLessThanOrEqual(8 * data.byteLength);
    }));
});

async function writeAll(path: string, chunks: readonly Uint8Array[]): Promise<void> {
  await using handle = await open(path, 'wx');
  await handle.writeFile(chunks);
}
