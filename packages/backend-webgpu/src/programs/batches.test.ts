import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { OutOfMemoryError } from '@unroll/backend/errors';
import { adamStep, scaleTensors } from '@unroll/backend/operations';
import { cpu } from '@unroll/backend-cpu';
import { SGD } from '@unroll/optim';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { isThere, options, whySkipped } from '../../test/adapter.ts';
import { webgpu, webgpuStatistics } from '../webgpu.ts';
import type { WebgpuBackend } from '../webgpu-backend.ts';
import { MAX_CALLS, MAX_ELEMENTS } from './batch-program.ts';

const adam = {
  lr: 0.1,
  beta1: 0.9,
  beta2: 0.999,
  eps: 1e-8,
  weightDecay: 0,
  decoupledWeightDecay: false,
  step: 1,
  maximize: false,
};
const zeros = [0, 0, 0];

const current = (): WebgpuBackend => tf.backend() as WebgpuBackend;
const dispatches = (name: string): number => webgpuStatistics().dispatchesByProgram[name] ?? 0;
const load = (more = {}): Promise<unknown> =>
  useBackend(webgpu({ ...options, recurrentKernel: 'loop', hostCopyEvery: 0, ...more }));

/** Tensors for a first step; each has its own size and values. */
const tensorsOf = (i: number, size = 3 + i) => {
  const filled = (value: number) => tf.fill([size], value);
  return { param: filled(i), grad: filled(i + 1), expAvg: filled(0.5), expAvgSq: filled(0.25) };
};

/** Parameters after an Adam step of `count` parameters; all steps are requested before a result is used. */
async function stepOf(count: number): Promise<number[]> {
  const params = tf.tidy(() =>
    Array.from({ length: count }, (_, i) => adamStep(tensorsOf(i), { ...adam, lr: 0.1 + i }).param),
  );
  const values = await Promise.all(params.map((param) => param.data()));
  tf.dispose(params);
  return values.flatMap((of) => [...of]);
}

describe.skipIf(!isThere)(`calls that wait for other calls${whySkipped}`, () => {
  beforeEach(() => load());
  afterAll(() => useBackend(cpu()));

  it('give each tensor the same result as alone, with its own numbers', async () => {
    const actual = await stepOf(40);
    await useBackend(cpu());
    const expected = await stepOf(40);
    expect(actual.length).toBe(expected.length);
    actual.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 5);
    });
  });

  it('are one dispatch if all their inputs were written by such calls', async () => {
    const parameters = Array.from({ length: 19 }, (_, i) => tf.variable(tf.fill([i + 1], 1)));
    const optimizer = new SGD(parameters, { lr: 0.1, momentum: 0.9 });
    const step = async (): Promise<void> => {
      const gradients = tf.tidy(() => scaleTensors(parameters, tf.scalar(1)));
      optimizer.step(Object.fromEntries(gradients.map((gradient, i) => [parameters[i]!.name, gradient])));
      tf.dispose(gradients);
      await current().flush();
    };
    for (let i = 0; i < 2; i++) await step();
    const [scaled, stepped] = [dispatches('scale'), dispatches('SGD step')];
    await step();
    expect(dispatches('scale') - scaled).toBe(1);
    expect(dispatches('SGD step') - stepped).toBe(1);
    // Each gradient is the parameter itself: 1, 0.9, 0.72, and the momentum buffer 1, 1.8, 2.34.
    expect((await parameters[18]!.data())[18]).toBeCloseTo(0.486, 5);
    optimizer.dispose();
    tf.dispose(parameters);
  });

  it('run when an output is used, also by programs of TensorFlow.js, which see only their part', async () => {
    const before = dispatches('scale');
    const x = [1, 2, 3].map((value) => tf.fill([1000 + value], value));
    const [one, two, three] = tf.tidy(() => scaleTensors(x, tf.scalar(10)));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(dispatches('scale')).toBe(before);
    const floored = tf.floor(two!);
    expect(dispatches('scale')).toBe(before + 1);
    expect([...new Set(await floored.data())]).toEqual([20]);
    expect(floored.shape).toEqual([1002]);
    expect((await tf.sum(three!).data())[0]).toBe(30 * 1003);
    expect(await one!.data()).toEqual(new Float32Array(1001).fill(10));
    tf.dispose([...x, one!, two!, three!, floored]);
  });

  it('copy their part if a buffer is requested, and stay readable', async () => {
    const x = [tf.fill([70], 1), tf.fill([70], 2)];
    const scaled = tf.tidy(() => scaleTensors(x, tf.scalar(2)));
    const { tensorRef, buffer } = scaled[1]!.dataToGPU() as { tensorRef: tf.Tensor; buffer: GPUBuffer };
    expect(buffer.size).toBe(280);
    expect([...new Set(await tensorRef.data())]).toEqual([4]);
    expect([...new Set(await scaled[1]!.data())]).toEqual([4]);
    tf.dispose([...x, ...scaled, tensorRef]);
  });

  it('keep their inputs while other tensors are freed, uploaded and computed', async () => {
    await current().flush();
    const x = Array.from({ length: 3 }, (_, i) => tf.tensor1d(new Float32Array(2000).fill(i + 1)));
    const factor = tf.scalar(10);
    const scaled = scaleTensors(x, factor);
    tf.dispose([...x, factor]);
    await current().idle();
    // Buffers of the same sizes; no other tensor may have got them yet.
    const others = Array.from({ length: 6 }, () => tf.square(tf.tensor1d(new Float32Array(2000).fill(7))));
    await others[5]!.data();
    for (const [i, tensor] of scaled.entries())
      expect([...new Set(await tensor.data())]).toEqual([10 * (i + 1)]);
    tf.dispose([...scaled, ...others]);
  });

  it('release the buffer with the last of its parts', async () => {
    await current().flush();
    const before = webgpuStatistics();
    const x = [tf.fill([10], 1), tf.fill([20], 2)];
    const scaled = tf.tidy(() => scaleTensors(x, tf.scalar(2)));
    tf.dispose([...x, scaled[0]!]);
    expect((await scaled[1]!.data())[0]).toBe(4);
    expect(webgpuStatistics().buffers).toBe(before.buffers + 1);
    scaled[1]!.dispose();
    await current().flush();
    expect(webgpuStatistics().buffers).toBe(before.buffers);
    expect(webgpuStatistics().bytesInUse).toBe(before.bytesInUse);
  });

  it('do not run if their outputs are disposed of before use', async () => {
    await current().flush();
    const before = webgpuStatistics();
    tf.tidy(() => void scaleTensors([tf.fill([10], 1), tf.fill([20], 1)], tf.scalar(2)));
    await current().flush();
    expect(dispatches('scale')).toBe(before.dispatchesByProgram.scale ?? 0);
    expect(webgpuStatistics().bytesInUse).toBe(before.bytesInUse);
    const x = [tf.fill([10], 3), tf.fill([20], 4)];
    const [gone, wanted] = tf.tidy(() => scaleTensors(x, tf.scalar(2)));
    gone!.dispose();
    expect([...new Set(await wanted!.data())]).toEqual([8]);
    tf.dispose([...x, wanted!]);
    await current().flush();
    expect(webgpuStatistics().bytesInUse).toBe(before.bytesInUse);
  });

  it('do not release the program’s own buffers', async () => {
    const { device } = current();
    const size = 4000;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const buffer = device.createBuffer({ size, usage });
    device.queue.writeBuffer(buffer, 0, new Float32Array(size / 4).fill(5));
    await current().flush();
    const before = webgpuStatistics();
    const x = tf.tensor({ buffer, zeroCopy: true }, [size / 4], 'float32');
    const [scaled] = tf.tidy(() => scaleTensors([x], tf.scalar(2)));
    expect((await scaled!.data())[0]).toBe(10);
    expect((await x.data())[0]).toBe(5);
    tf.dispose([x, scaled!]);
    await current().flush();
    expect(webgpuStatistics().bytesInUse).toBe(before.bytesInUse);
    expect(webgpuStatistics().bytesPooled).toBeGreaterThanOrEqual(0);
    buffer.destroy();
  });

  it('are dropped with the backend', async () => {
    const x = tf.fill([10], 1);
    const scaled = tf.tidy(() => scaleTensors([x], tf.scalar(2)));
    await load();
    expect(() => tf.dispose([x, ...scaled])).not.toThrow();
  });

  it('run if memory is short, and release their inputs', async () => {
    await load({ maxMemory: 2 ** 20 });
    const x = tf.fill([100_000], 1);
    const factor = tf.scalar(2);
    tf.dispose(tf.square(x));
    await current().flush();
    const [scaled] = scaleTensors([x], factor);
    x.dispose();
    // Only the waiting call still reads x.
    const another = tf.fill([100_000], 3);
    expect((await tf.max(another).data())[0]).toBe(3);
    expect((await tf.max(scaled!).data())[0]).toBe(2);
    tf.dispose([scaled!, another, factor]);
  });

  it('change nothing if memory does not suffice', async () => {
    await load({ maxMemory: 2 ** 20 });
    const x = tf.fill([100_000], 1);
    const factor = tf.scalar(2);
    const [once] = scaleTensors([x], factor);
    await current().flush();
    once!.dispose();
    await current().flush();
    const before = webgpuStatistics();
    const { numTensors } = tf.memory();
    expect(() => scaleTensors([x, x, x], factor)).toThrow(OutOfMemoryError);
    await current().flush();
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(webgpuStatistics().bytesInUse).toBe(before.bytesInUse);
    tf.dispose([x, factor]);
  });

  it('fill dispatches with small tensors; each larger tensor has its own dispatch', async () => {
    const many = Array.from({ length: 2 * MAX_CALLS + 1 }, () => tf.fill([4], 1));
    const before = dispatches('scale');
    const first = tf.tidy(() => scaleTensors(many, tf.scalar(2)));
    const again = tf.tidy(() => scaleTensors(first, tf.scalar(2)));
    await current().flush();
    const buffers = current().device.limits.maxStorageBuffersPerShaderStage >= 10 ? 9 : 7;
    // In the first step, each input is in its own buffer, plus one buffer for the factor.
    expect(dispatches('scale') - before).toBe(Math.ceil(many.length / (buffers - 1)) + 3);
    expect((await again.at(-1)!.data())[3]).toBe(4);
    const large = tf.fill([MAX_ELEMENTS + 1], 3);
    const [scaled] = tf.tidy(() => scaleTensors([large], tf.scalar(2)));
    expect(dispatches('scale of one tensor')).toBe(1);
    expect((await scaled!.data()).at(-1)).toBe(6);
    tf.dispose([...many, ...first, ...again, large, scaled!]);
  });

  it('accept tensors without elements among others', async () => {
    const x = [tf.tensor1d([]), tf.tensor1d(zeros)];
    const scaled = tf.tidy(() => scaleTensors(x, tf.scalar(2)));
    expect(await scaled[0]!.data()).toHaveLength(0);
    expect([...(await scaled[1]!.data())]).toEqual(zeros);
    tf.dispose([...x, ...scaled]);
  });
});
