import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { recurrent } from '@unroll/backend/operations';
import { cpu } from '@unroll/backend-cpu';
import { beforeEach, describe, expect, it } from 'vitest';
import { isThere, options, whySkipped } from '../test/adapter.ts';
import { BACKEND_NAME } from './name.ts';
import { webgpu } from './webgpu.ts';
import type { WebgpuBackend } from './webgpu-backend.ts';

const long = (size = 2000) => tf.tensor1d(Array.from({ length: size }, (_, i) => i));

describe.skipIf(!isThere)(`the backend${whySkipped}`, () => {
  beforeEach(async () => {
    await useBackend(webgpu({ ...options, recurrentKernel: 'loop' }));
  });

  it('continues after a failed command, which the next call or read reports', async () => {
    const { device } = tf.backend() as WebgpuBackend;
    const x = tf.square(long());
    const good = await x.data();
    device.createBuffer({ size: 4, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE });
    await expect((async () => tf.square(long()).data())()).rejects.toThrow('webgpu: a command failed: ');
    for (let i = 0; i < 3; i++) expect(await tf.square(long()).data()).toEqual(good);
  });

  it('drops the uploaded values if a program of TensorFlow.js overwrites them', async () => {
    const updated = tf.tensorScatterUpdate(
      tf.zeros([1000]),
      tf.tensor2d([[1], [3]], [2, 1], 'int32'),
      tf.tensor1d([5, 6]),
    );
    expect([...(await updated.data())].slice(0, 5)).toEqual([0, 5, 0, 6, 0]);
    expect((await tf.sum(updated).data())[0]).toBe(11);
  });

  it('reads nothing if there are no elements, before and after a use', async () => {
    const nothing = tf.tensor1d([]);
    expect(await nothing.data()).toHaveLength(0);
    expect((await tf.sum(nothing).data())[0]).toBe(0);
    expect(await nothing.data()).toHaveLength(0);
  });

  it('does not see later changes of an uploaded array', async () => {
    const values = Int32Array.from({ length: 2000 }, () => 1);
    const x = tf.tensor1d(values, 'int32');
    tf.dispose(tf.neg(x));
    values.fill(999);
    expect((tf.backend() as WebgpuBackend).hostValues(x.dataId)![0]).toBe(1);
    expect((await tf.max(x).data())[0]).toBe(1);
  });

  it('accepts more rows than one axis has workgroups', async () => {
    const rows = 66_000;
    const x = tf.ones([1, rows, 1]) as tf.Tensor3D;
    const weights = { weightIh: tf.ones([1, 1]) as tf.Tensor2D, weightHh: tf.ones([1, 1]) as tf.Tensor2D };
    const gpu = tf.findBackend(BACKEND_NAME) as WebgpuBackend;
    // A workgroup processes one row.
    gpu.speed = { ...gpu.speed, workgroups: rows };
    const { y } = recurrent({ x, ...weights }, { mode: 'rnn_relu' });
    expect((await tf.sum(y).data())[0]).toBe(rows);
  });

  it('keeps a tensor readable whose backend object another one replaces', async () => {
    const x = tf.square(long());
    await useBackend(webgpu(options));
    const values = await x.data();
    expect(values).toEqual((await long().data()).map((value) => value ** 2));
    expect(await tf.sqrt(x).data()).toHaveLength(values.length);
    await useBackend(cpu());
  });

  it('keeps functions finite if the squares of their arguments are not', async () => {
    const x = tf.tensor1d([1e20, -1e20, Number.POSITIVE_INFINITY]);
    const [large, negative, infinite] = await tf.asinh(tf.concat([x, tf.zeros([2000])])).data();
    expect(large).toBeCloseTo(46.744849, 4);
    expect(negative).toBeCloseTo(-46.744849, 4);
    expect(infinite).toBe(Number.POSITIVE_INFINITY);
  });
});
