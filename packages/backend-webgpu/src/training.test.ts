import * as tf from '@tensorflow/tfjs-core';
import { type Backend, useBackend } from '@unroll/backend';
import { DeviceLostError } from '@unroll/backend/errors';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';
import { AdamW, trainingStep } from '@unroll/optim';
import { afterEach, describe, expect, it } from 'vitest';
import { isThere, options, whySkipped } from '../test/adapter.ts';
import { BACKEND_NAME } from './name.ts';
import { webgpu, webgpuStatistics } from './webgpu.ts';
import type { WebgpuBackend } from './webgpu-backend.ts';

/** 2,000 in `pnpm long webgpu` */
const STEPS = Number(process.env.UNROLL_GPU_STEPS ?? 20);

const VOCABULARY = 20;
const CLASSES = 4;
const LENGTHS = [9, 7, 7, 4, 2];

/**
 * A classifier of ragged sequences: an embedding, two bidirectional layers with dropout between them, and the last
 * state.
 */
class Classifier extends nn.Module {
  readonly embedding = new nn.Embedding({ numEmbeddings: VOCABULARY, embeddingDim: 8 });
  readonly lstm = new nn.LSTM({
    inputSize: 8,
    hiddenSize: 12,
    numLayers: 2,
    bidirectional: true,
    dropout: 0.3,
    batchFirst: true,
  });
  readonly head = new nn.Linear({ inFeatures: 24, outFeatures: CLASSES });

  forward(tokens: tf.Tensor2D): tf.Tensor2D {
    const packed = nn.packPaddedSequence(this.embedding.forward(tokens), LENGTHS, { batchFirst: true });
    const [, [hidden]] = this.lstm.forward(packed);
    const [, , forward, backward] = tf.unstack(hidden);
    return this.head.forward(tf.concat([forward!, backward!], 1)) as tf.Tensor2D;
  }

  loss(tokens: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar {
    return nn.crossEntropy(this.forward(tokens), labels) as tf.Scalar;
  }
}

class Training {
  readonly model: Classifier;
  readonly optimizer: AdamW;
  #step = 0;

  constructor() {
    nn.manualSeed(7);
    this.model = new Classifier();
    this.optimizer = new AdamW(this.model.parameters(), { lr: 1e-2 });
  }

  /** @returns the last step's loss */
  async steps(count: number): Promise<number> {
    let loss = Number.NaN;
    for (let i = 0; i < count; i++) {
      const tokens = tf.tensor2d(
        LENGTHS.flatMap((_, row) =>
          Array.from({ length: 9 }, (_, t) => (row * 5 + t * t + this.#step) % VOCABULARY),
        ),
        [LENGTHS.length, 9],
        'int32',
      );
      const labels = tf.tensor1d(
        LENGTHS.map((_, row) => row % CLASSES),
        'int32',
      );
      try {
        loss = await trainingStep(this.optimizer, () => this.model.loss(tokens, labels), { clipGradNorm: 1 });
      } finally {
        tf.dispose([tokens, labels]);
      }
      this.#step++;
    }
    return loss;
  }

  async weights(): Promise<number[]> {
    const all = await Promise.all(this.model.parameters().map((parameter) => parameter.data()));
    return all.flatMap((values) => [...values]);
  }

  dispose(): void {
    this.optimizer.dispose();
    this.model.dispose();
  }
}

const gpu = (more = {}): Backend => webgpu({ ...options, recurrentKernel: 'loop', ...more });
const current = (): WebgpuBackend => tf.findBackend(BACKEND_NAME) as WebgpuBackend;

describe.skipIf(!isThere)(`training on WebGPU${whySkipped}`, () => {
  let training: Training | undefined;
  const start = (): Training => {
    training = new Training();
    return training;
  };
  afterEach(() => training?.dispose());

  it('half on cpu and half on WebGPU gives the same result as cpu alone, with dropout', async () => {
    await useBackend(cpu());
    const alone = start();
    await alone.steps(20);
    const expected = await alone.weights();
    alone.dispose();

    const half = start();
    await half.steps(10);
    await useBackend(gpu());
    await half.steps(10);
    const actual = await half.weights();
    const largest = Math.max(...actual.map((value, i) => Math.abs(value - expected[i]!)));
    expect(largest).toBeLessThan(1e-3);
  });

  it('has the same number of tensors, buffers and bytes after a step as before, and reads once', async () => {
    await useBackend(gpu({ hostCopyEvery: 0 }));
    const steady = start();
    await steady.steps(3);
    await current().flush();
    const { numTensors } = tf.memory();
    const before = webgpuStatistics();
    await steady.steps(STEPS);
    await current().flush();
    const after = webgpuStatistics();
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(after.buffers).toBe(before.buffers);
    expect(after.bytesInUse).toBe(before.bytesInUse);
    expect(after.bytesPooled).toBe(before.bytesPooled);
    expect(after.reads - before.reads).toBe(STEPS);
  });

  it('continues after the device was lost from the copy that the error names', async () => {
    const backend = gpu({ hostCopyEvery: 4 });
    await useBackend(backend);
    const lost = start();
    await lost.steps(8);
    const kept = await lost.weights();
    await lost.steps(3);
    // The copy after step 8 has arrived by now.
    current().device.destroy();
    await current().device.lost;
    const failure = await lost.steps(1).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DeviceLostError);
    expect((failure as Error).message).toMatch(
      /^webgpu: the GPU device was lost .*useBackend, called again, goes on from the values that variables had after 8 of the 11 training steps since it was loaded\.$/,
    );
    await useBackend(backend);
    expect(await lost.weights()).toEqual(kept);
    expect(await lost.steps(5)).toBeLessThan(2);
  });

  it('continues with the optimizer’s state after a device loss in the first steps', async () => {
    const backend = gpu();
    await useBackend(backend);
    const lost = start();
    await lost.steps(3);
    current().device.destroy();
    await current().device.lost;
    await expect(lost.steps(1)).rejects.toThrow('after 1 of the 3 training steps');
    await useBackend(backend);
    expect(await lost.steps(5)).toBeLessThan(2);
  });

  it('continues from the values that the program assigned, not from an older copy', async () => {
    const backend = gpu();
    await useBackend(backend);
    const value = tf.variable(tf.scalar(1));
    const optimizer = new AdamW([value], { lr: 1, weightDecay: 0 });
    const descend = () => trainingStep(optimizer, () => tf.square(value) as tf.Scalar);
    await descend();
    await descend();
    tf.tidy(() => value.assign(tf.scalar(500)));
    await descend();
    await current().flush();
    current().device.destroy();
    await current().device.lost;
    await useBackend(cpu());
    expect((await value.data())[0]).toBe(500);
    optimizer.dispose();
    value.dispose();
  });

  it('keeps the uploaded values of variables that were never trained', async () => {
    const backend = gpu();
    await useBackend(backend);
    const variable = tf.variable(tf.tensor1d([1, 2, 3]));
    tf.dispose(tf.square(variable));
    const computed = tf.square(variable);
    current().device.destroy();
    await current().device.lost;
    await expect(computed.data()).rejects.toThrow('There is no copy of what was on it on the host.');
    await useBackend(cpu());
    expect([...(await variable.data())]).toEqual([1, 2, 3]);
    tf.dispose([variable, computed]);
  });

  it('releases buffers held by recorded commands before it reports a lack of memory', async () => {
    await useBackend(gpu({ maxMemory: 2 ** 20 }));
    const x = tf.ones([100_000]);
    for (let i = 0; i < 20; i++) tf.dispose(tf.square(x));
    expect((await tf.max(tf.square(x)).data())[0]).toBe(1);
    x.dispose();
  });

  it('reports maxMemory if a tensor does not fit, and continues', async () => {
    await useBackend(gpu({ maxMemory: 2 ** 20 }));
    const x = tf.ones([100, 100]);
    expect(() => tf.tidy(() => tf.outerProduct(tf.ones([1000]), tf.ones([1000])))).toThrow(
      /^webgpu: 4000000 bytes were asked for, \d+ are in use, and maxMemory is 1048576$/,
    );
    expect((await tf.sum(x).data())[0]).toBe(10_000);
    x.dispose();
  });
});
