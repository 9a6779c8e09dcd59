import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { ctcLossRows, embedding } from '@unroll/backend/operations';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { isThere, options, whySkipped } from '../test/adapter.ts';
import { COUNT, computed, ROWS, refusal } from '../test/computed-indices.ts';
import { webgpu, webgpuStatistics } from './webgpu.ts';
import type { WebgpuBackend } from './webgpu-backend.ts';

const current = (): WebgpuBackend => tf.backend() as WebgpuBackend;

const load = (more = {}): Promise<unknown> =>
  useBackend(webgpu({ ...options, recurrentKernel: 'loop', hostCopyEvery: 0, ...more }));

describe.skipIf(!isThere)(`indices that are computed on the GPU${whySkipped}`, () => {
  let weight: tf.Tensor2D;
  beforeEach(async () => {
    await load();
    weight = tf.ones([ROWS, 3]);
  });
  afterAll(() => useBackend(cpu()));

  it('are refused at the next read of any tensor, once', async () => {
    const other = tf.square(tf.ones([2000]));
    const y = tf.tidy(() => embedding(weight, computed(9)));
    await expect(other.data()).rejects.toThrow(refusal);
    expect((await other.data())[0]).toBe(1);
    expect([...(await y.data()).slice(0, 3)]).toEqual([1, 1, 1]);
  });

  it('reject all reads under way', async () => {
    const y = tf.tidy(() => embedding(weight, computed(9)));
    const reads = await Promise.allSettled([y.data(), tf.sum(y).data(), current().flush()]);
    expect(reads.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  });

  it('are refused by flush', async () => {
    tf.tidy(() => void embedding(weight, computed(-1)));
    await expect(current().flush()).rejects.toThrow('embedding: indices holds -1 in row 123');
    await current().flush();
  });

  it.each<[string, () => unknown, string]>([
    [
      'tf.gather',
      () => tf.gather(tf.ones([ROWS, 3]), computed(9)),
      'GatherV2: the index value 9 is not in [0, 6]',
    ],
    [
      'tf.gatherND',
      () => tf.gatherND(tf.ones([7, 7]), tf.reshape(computed(9), [COUNT / 2, 2])),
      'GatherNd: the index value 9 is not in [0, 6]',
    ],
    [
      'tf.scatterND',
      () => tf.scatterND(tf.reshape(computed(9), [COUNT / 2, 2]), tf.ones([COUNT / 2]), [7, 7]),
      'ScatterNd: the index value 9 is not in [0, 6]',
    ],
    [
      'tf.tensorScatterUpdate',
      () => tf.tensorScatterUpdate(tf.ones([7]), tf.reshape(computed(9), [COUNT, 1]), tf.ones([COUNT])),
      'TensorScatterUpdate: the index value 9 is not in [0, 6]',
    ],
    [
      'tf.sparseToDense',
      () => tf.sparseToDense(computed(9), tf.ones([COUNT]), [7], 0),
      'SparseToDense: the index value 9 is not in [0, 6]',
    ],
    [
      'cross-entropy',
      () => nn.crossEntropy(tf.ones([COUNT, 7]), computed(9)),
      'crossEntropy: target holds 9 in row 123',
    ],
    [
      'CTC’s labels',
      () =>
        ctcLossRows({
          logProbs: tf.ones([20, 100, 7]),
          targets: tf.reshape(computed(9), [100, 10]) as tf.Tensor2D,
          inputLengths: tf.tensor1d(new Int32Array(100).fill(20), 'int32'),
          targetLengths: tf.tensor1d(new Int32Array(100).fill(4), 'int32'),
        }),
      'ctcLoss: targets holds 9 at [12, 3]; expected classes 0 to 6',
    ],
  ])('are refused of %s', async (_, operation, message) => {
    tf.tidy(() => void operation());
    await expect(current().flush()).rejects.toThrow(message);
    await current().flush();
  });

  it('are not checked past CTC’s target lengths', async () => {
    tf.tidy(
      () =>
        void ctcLossRows({
          logProbs: tf.ones([20, 100, 7]),
          targets: tf.reshape(computed(9, 127), [100, 10]) as tf.Tensor2D,
          inputLengths: tf.tensor1d(new Int32Array(100).fill(20), 'int32'),
          targetLengths: tf.tensor1d(new Int32Array(100).fill(4), 'int32'),
        }),
    );
    await current().flush();
  });

  it('need no separate read, and leave no memory allocated', async () => {
    const indices = computed();
    await tf.sum(tf.tidy(() => embedding(weight, indices))).data();
    await current().flush();
    const before = webgpuStatistics();
    for (let i = 0; i < 5; i++) {
      const sum = tf.tidy(() => tf.sum(embedding(weight, indices)));
      expect((await sum.data())[0]).toBe(3 * COUNT);
      sum.dispose();
    }
    await current().flush();
    const after = webgpuStatistics();
    expect(after.reads - before.reads).toBe(5);
    expect(after.buffers).toBe(before.buffers);
    expect(after.bytesInUse).toBe(before.bytesInUse);
  });

  it('are checked even without a read; then the next call is refused', async () => {
    tf.tidy(() => void embedding(weight, computed(9)));
    for (let i = 0; i < 100; i++) tf.tidy(() => void embedding(weight, computed()));
    await vi.waitFor(() => expect(() => tf.tidy(() => void tf.square(weight))).toThrow(refusal), {
      timeout: 30_000,
    });
    tf.square(weight).dispose();
  });

  it('are checked by a later read if one fails for lack of memory', async () => {
    await load({ maxMemory: 2 ** 20 });
    weight = tf.ones([ROWS, 3]);
    const large = tf.fill([160_000], 1);
    tf.dispose(tf.square(tf.scalar(1)));
    current().uploadToGPU(large.dataId);
    const computedLarge = tf.tidy(() => [embedding(weight, computed(9))]);
    await expect(largeRead(large)).rejects.toThrow('maxMemory');
    await expect(current().flush()).rejects.toThrow(refusal);
    tf.dispose([large, ...computedLarge]);
  });

  it('are checked if others were refused while their read was under way', async () => {
    const [y1, y2] = [9, -5].map((wrong) => {
      const y = tf.tidy(() => embedding(weight, computed(wrong)));
      return y.data().catch((error: Error) => error.message);
    });
    expect(await y1).toContain('holds 9');
    expect(await y2).toContain('holds -5');
    await current().flush();
  });

  it('do not affect complex variables', async () => {
    const c = tf.variable(tf.complex([1, 2], [3, 4]));
    tf.tidy(() => {
      embedding(weight, computed(9));
      c.assign(tf.complex([5, 6], [7, 8]));
    });
    await expect(current().flush()).rejects.toThrow(refusal);
    expect([...(await c.data())]).toEqual([5, 7, 6, 8]);
    c.dispose();
  });

  it('do not hide that a command failed', async () => {
    const indices = computed();
    await current().flush();
    current().device.createBuffer({ size: 4, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE });
    for (let i = 0; i < 40; i++) current().checkWhenKnown(indices.dataId, () => {});
    await new Promise((resolve) => setTimeout(resolve, 200));
    await expect(current().flush()).rejects.toThrow('a command failed');
    await current().flush();
  });

  /** A read that is too large for a staging buffer */
  const largeRead = (large: tf.Tensor): Promise<unknown> => current().read(large.dataId);
});
