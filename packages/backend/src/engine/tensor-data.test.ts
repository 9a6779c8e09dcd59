import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { currentBackend } from './current-backend.ts';
import {
  forgetData,
  homeOf,
  nextTensorId,
  readData,
  readDataNow,
  setHome,
  tensorOf,
  typeOf,
} from './tensor-data.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('TensorFlow.js’s data records', () => {
  it('hold the backend, shape and dtype of each tensor’s data until the last tensor releases it', () => {
    const x = tf.tensor2d([[1, 2]], [1, 2], 'int32');
    expect(homeOf(x.dataId)).toBe(currentBackend());
    expect(typeOf(x.dataId)).toMatchObject({ shape: [1, 2], dtype: 'int32' });
    const clone = x.clone();
    x.dispose();
    expect(homeOf(clone.dataId)).toBe(currentBackend());
    clone.dispose();
    expect(homeOf(clone.dataId)).toBeUndefined();
    expect(typeOf(clone.dataId)).toBeUndefined();
  });

  it('allow synchronous and asynchronous reads of the data', async () => {
    const x = tf.tensor1d([1, 2]);
    expect([...(readDataNow(x.dataId) as Float32Array)]).toEqual([1, 2]);
    expect([...((await readData(x.dataId)) as Float32Array)]).toEqual([1, 2]);
    x.dispose();
  });

  it('have ids that grow, with a number between those before and after', () => {
    tf.tidy(() => {
      const before = tf.scalar(1);
      const between = nextTensorId();
      expect(before.id).toBeLessThan(between);
      expect(tf.scalar(2).id).toBeGreaterThan(between);
    });
  });

  it('accept another backend as the home of moved data', () => {
    const x = tf.tensor1d([1]);
    const here = currentBackend();
    const elsewhere = Object.create(here) as tf.KernelBackend;
    setHome(x.dataId, elsewhere);
    expect(homeOf(x.dataId)).toBe(elsewhere);
    setHome(x.dataId, here);
    x.dispose();
  });

  it('count data that a backend has created as a tensor, and drop data that the backend has disposed of', () => {
    const backend = currentBackend();
    const before = tf.memory();
    const dataId = backend.write(new Float32Array([3, 4]), [2], 'float32');
    const x = tensorOf(dataId, [2], 'float32', backend);
    expect([...x.dataSync()]).toEqual([3, 4]);
    expect(tf.memory()).toMatchObject({ numTensors: before.numTensors + 1 });
    backend.disposeData(dataId, true);
    forgetData(dataId, backend);
    expect(homeOf(dataId)).toBeUndefined();
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
  });
});
