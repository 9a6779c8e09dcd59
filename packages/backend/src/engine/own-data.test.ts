import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { OwnData } from './own-data.ts';

class Backend extends MathBackendCPU {
  constructor() {
    super();
    this.data = new OwnData('own', this) as typeof this.data;
  }
}

beforeAll(async () => {
  for (const kernel of tf.getKernelsForBackend('cpu')) tf.registerKernel({ ...kernel, backendName: 'own' });
  tf.registerBackend('own', () => new Backend());
});

describe('OwnData', () => {
  it('reports a disposed tensor', async () => {
    await tf.setBackend('own');
    const x = tf.tensor1d([1, 2]);
    const used = { ...x } as unknown as tf.Tensor;
    Object.setPrototypeOf(used, tf.Tensor.prototype);
    x.dispose();
    expect(() => tf.backend().readSync(used.dataId)).toThrow('own: a tensor is used that is disposed');
  });

  it('takes over the data of another backend', async () => {
    await tf.setBackend('cpu');
    const x = tf.tensor1d([1, 2]);
    await tf.setBackend('own');
    expect([...tf.neg(x).dataSync()]).toEqual([-1, -2]);
  });
});
