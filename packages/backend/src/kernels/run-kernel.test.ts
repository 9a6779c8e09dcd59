import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { registerPortableKernels, runKernel } from './run-kernel.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
  registerPortableKernels('cpu');
});

const inputs = () => ({
  x: tf.ones([1, 1, 1]) as tf.Tensor3D,
  weightIh: tf.ones([1, 1]) as tf.Tensor2D,
  weightHh: tf.ones([1, 1]) as tf.Tensor2D,
});
const attrs = { mode: 'rnn_relu', reverse: false, training: false } as const;

describe('runKernel', () => {
  const right = () => tf.getKernel('RecurrentForward', 'cpu');
  const registered = right();

  /** Replaces the backend's kernel by another one. */
  function replace(kernelFunc: tf.KernelFunc): void {
    const { kernelName, backendName } = right();
    tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({ kernelName, backendName, kernelFunc });
  }

  afterEach(() => replace((registered ?? right()).kernelFunc));

  it('returns only the outputs that the call has, by name', () => {
    tf.tidy(() => {
      const { y, hN, ...rest } = runKernel('RecurrentForward', inputs(), attrs);
      expect([...y.dataSync(), ...hN.dataSync()]).toEqual([1, 1]);
      expect(rest).toEqual({});
      const trained = runKernel(
        'RecurrentForward',
        { ...inputs(), h0: undefined },
        { ...attrs, training: true },
      );
      expect(Object.keys(trained)).toEqual(['y', 'hN', 'reserve']);
    });
  });

  it('returns outputs by name also for TensorFlow.js’s own kernels, whose output is not in a list', () => {
    tf.tidy(() => {
      const x = tf.tensor1d([1, 2, 3]);
      const { y } = runKernel(
        'UnsortedSegmentSum',
        { x, segmentIds: tf.tensor1d([0, 1, 0], 'int32') },
        { numSegments: 2 },
      );
      expect([...y.dataSync()]).toEqual([4, 2]);
    });
  });

  it('refuses a backend that returns the wrong number of outputs, and leaves no tensor behind', () => {
    const { kernelFunc } = right();
    replace((call) => {
      const [y, ...others] = kernelFunc(call) as tf.Tensor[];
      tf.dispose(others);
      return [y!];
    });
    const given = inputs();
    const { numTensors } = tf.memory();
    expect(() => runKernel('RecurrentForward', given, attrs)).toThrow(
      "runKernel: the backend 'cpu' returned 1 outputs of RecurrentForward; expected y, hN",
    );
    expect(tf.memory().numTensors).toBe(numTensors);
    replace(kernelFunc);
    tf.dispose(given);
  });
});
