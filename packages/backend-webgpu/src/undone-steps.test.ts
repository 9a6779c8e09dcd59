import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';
import { AdamW, trainingStep } from '@unroll/optim';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { isThere, options, whySkipped } from '../test/adapter.ts';
import { computed, ROWS, refusal } from '../test/computed-indices.ts';
import { webgpu } from './webgpu.ts';
import type { WebgpuBackend } from './webgpu-backend.ts';

const current = (): WebgpuBackend => tf.backend() as WebgpuBackend;

const load = (more = {}): Promise<unknown> =>
  useBackend(webgpu({ ...options, recurrentKernel: 'loop', hostCopyEvery: 0, ...more }));

/** An embedding whose indices are computed, trained by AdamW. */
class Training {
  readonly embedding: nn.Embedding;
  readonly optimizer: AdamW;

  constructor() {
    nn.manualSeed(1);
    this.embedding = new nn.Embedding({ numEmbeddings: ROWS, embeddingDim: 3 });
    this.optimizer = new AdamW(this.embedding.parameters(), { lr: 0.1 });
  }

  loss(wrong?: number): tf.Scalar {
    return tf.mean(tf.square(this.embedding.forward(computed(wrong)))) as tf.Scalar;
  }

  step(wrong?: number): Promise<number> {
    return trainingStep(this.optimizer, () => this.loss(wrong));
  }

  stepUnread(wrong?: number): void {
    const { value, grads } = tf.variableGrads(() => this.loss(wrong));
    this.optimizer.step(grads);
    tf.dispose([value, grads]);
  }

  async state(): Promise<unknown> {
    const weight = await this.embedding.parameters()[0]!.data();
    const states = [...this.optimizer.state.values()].map(async ({ step, tensors }) => ({
      step,
      tensors: await Promise.all([...tensors.values()].map((tensor) => tensor.data())),
    }));
    return { weight: [...weight], states: await Promise.all(states) };
  }

  dispose(): void {
    this.optimizer.dispose();
    tf.dispose(this.embedding.parameters());
  }
}

describe.skipIf(!isThere)(`steps on wrong indices that are computed on the GPU${whySkipped}`, () => {
  let _weight: tf.Tensor2D;
  beforeEach(async () => {
    await load();
    _weight = tf.ones([ROWS, 3]);
  });
  afterAll(() => useBackend(cpu()));

  it('are still reported if a copy of variables to the host meets them', async () => {
    await load({ hostCopyEvery: 1 });
    const training = new Training();
    await training.step();
    await expect(training.step(9)).rejects.toThrow(refusal);
    await training.step();
    training.dispose();
  });

  it('undo a step completely: parameters, moments and counts', async () => {
    const [failing, sound] = [new Training(), new Training()];
    for (const training of [failing, sound]) await training.step();
    const before = await failing.state();
    await expect(failing.step(9)).rejects.toThrow(refusal);
    expect(await failing.state()).toEqual(before);
    for (const training of [failing, sound]) await training.step();
    expect(await failing.state()).toEqual(await sound.state());
    for (const training of [failing, sound]) training.dispose();
  });

  it('undo a first step completely, so that there is no optimizer state', async () => {
    const training = new Training();
    const { numTensors } = tf.memory();
    const before = await training.state();
    await expect(training.step(9)).rejects.toThrow(refusal);
    expect(await training.state()).toEqual(before);
    expect(tf.memory().numTensors).toBe(numTensors);
    await training.step();
    training.dispose();
  });

  it('undo the wrong step and later ones, but no earlier step', async () => {
    const [failing, sound] = [new Training(), new Training()];
    for (const training of [failing, sound]) training.stepUnread();
    failing.stepUnread(9);
    failing.stepUnread();
    await expect(current().flush()).rejects.toThrow(refusal);
    expect(await failing.state()).toEqual(await sound.state());
    for (const training of [failing, sound]) training.dispose();
  });

  it('do not undo anything done after the refusal was known', async () => {
    const training = new Training();
    await training.step();
    training.stepUnread(9);
    const other = tf.square(tf.ones([2000]));
    const reading = expect(other.data()).rejects.toThrow(refusal);
    training.stepUnread(9);
    await reading;
    training.stepUnread();
    await expect(current().flush()).rejects.toThrow(refusal);
    expect([...training.optimizer.state.values()][0]!.step).toBe(2);
    expect(await training.state()).not.toMatchObject({ weight: expect.arrayContaining([Number.NaN]) });
    training.dispose();
  });

  it('are refused by useBackend, and with another backend in use', async () => {
    const training = new Training();
    await training.step();
    const before = await training.state();
    training.stepUnread(9);
    await expect(useBackend(cpu())).rejects.toThrow(refusal);
    expect(await training.state()).toEqual(before);
    training.stepUnread(9);
    const reading = expect(current().flush()).rejects.toThrow(refusal);
    const gpu = tf.getBackend();
    tf.setBackend('cpu');
    await reading;
    tf.setBackend(gpu);
    expect(await training.state()).toEqual(before);
    training.dispose();
  });
});
