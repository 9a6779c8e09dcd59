import * as tf from '@tensorflow/tfjs-core';
import { type Backend, tfjsBackend, useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { onnxruntime } from '@unroll/backend-onnxruntime';
import { webgpu } from '@unroll/backend-webgpu';
import * as nn from '@unroll/nn';
import '@tensorflow/tfjs-backend-cpu';
import { afterAll, describe, expect, it } from 'vitest';

const gpuSupport = await webgpu({ forceFallbackAdapter: true }).support();

const factories: Readonly<Record<string, () => Backend>> = {
  'tfjs-backend-cpu': () => tfjsBackend('cpu'),
  'backend-cpu': () => cpu({ threads: 1 }),
  'backend-onnxruntime': () => onnxruntime({ threads: 1 }),
  ...(gpuSupport.supported && { 'backend-webgpu': () => webgpu({ forceFallbackAdapter: true }) }),
};
const names = Object.keys(factories);

afterAll(() => useBackend(cpu({ threads: 1 })));

const input = () =>
  tf.tensor3d(
    Array.from({ length: 2 * 3 * 4 }, (_, i) => Math.cos(i)),
    [2, 3, 4],
  );

describe.each(names)('tensors made on %s and kept', (from) => {
  it.each(names)('go on being used after a change to %s: a state, an output, their clones', async (to) => {
    await useBackend(factories[from]!());
    nn.manualSeed(1);
    const lstm = new nn.LSTM({ inputSize: 4, hiddenSize: 5 });
    const [first, state] = tf.tidy(() => lstm.forward(input()));
    const clone = first.clone();
    const whole = tf.tidy(() => lstm.forward(tf.concat([input(), input()]))[0]);
    const expected = await whole.data();
    whole.dispose();
    await useBackend(factories[to]!());
    const before = tf.memory().numTensors;
    const [second, next] = tf.tidy(() => lstm.forward(input(), state));
    const both = tf.tidy(() => tf.concat([clone, second]));
    const found = await both.data();
    expect(Math.max(...found.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(1e-5);
    expect((await first.data()).length).toBe(30);
    tf.dispose([second, ...next, both]);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([first, clone, ...state]);
    lstm.dispose();
  });
});

describe('a tensor that cannot be computed', () => {
  it('does not keep useBackend from changing the backend, and its read says why', async () => {
    await useBackend(onnxruntime({ threads: 1 }));
    const good = tf.mul(tf.ones([2]), 3);
    const bad = tf.gather(tf.ones([2, 2]), tf.cast(tf.add(tf.tensor1d([5]), 0), 'int32'));
    await useBackend(cpu({ threads: 1 }));
    expect([...(await good.data())]).toEqual([3, 3]);
    await expect(bad.data()).rejects.toThrow(/5/);
    tf.dispose([good, bad]);
  });
});
