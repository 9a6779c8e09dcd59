import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { tfjsBackend, useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { onnxruntime } from '@unroll/backend-onnxruntime';
import * as nn from '@unroll/nn';
import { SGD } from '@unroll/optim';
import { describe, expect, it } from 'vitest';
import { type WordBatch, wordBatches } from '../test/tiny-run.ts';
import { ExponentialMovingAverage, inMemory, loadWeights, Trainer, writeCheckpoint } from './index.ts';

/**
 * Keeps the mean of its inputs and its number of calls in buffers, as a batch norm does, and, in one that is not saved
 * with the weights, the last input, as a model that carries its state does.
 */
class Centred extends nn.Module {
  readonly mean = tf.tidy(() => tf.variable(tf.zeros([1])));
  readonly calls = tf.tidy(() => tf.variable(tf.scalar(0, 'int32')));
  readonly last = tf.tidy(() => tf.variable(tf.zeros([1])));
  readonly linear = new nn.Linear({ inFeatures: 1, outFeatures: 1 });

  constructor() {
    super();
    this.registerBuffer('running_mean', this.mean);
    this.registerBuffer('num_batches_tracked', this.calls);
    this.registerBuffer('last', this.last, { persistent: false });
  }

  forward(input: tf.Tensor): tf.Tensor {
    return tf.tidy(() => {
      const carried = this.last.clone();
      if (this.training) {
        this.last.assign(tf.add(tf.mul(this.last, 0.5), tf.mean(input, 0)));
        this.mean.assign(tf.add(tf.mul(this.mean, 0.5), tf.mul(tf.mean(input, 0), 0.5)));
        this.calls.assign(tf.add(this.calls, tf.scalar(1, 'int32')));
      }
      return this.linear.forward(tf.sub(tf.add(input, carried), this.mean));
    });
  }
}

function run(steps: number, options: object) {
  nn.manualSeed(4);
  const model = new Centred();
  const trainer = new Trainer<WordBatch>({
    model,
    optimizer: new SGD(model.parameters(), { lr: 0.01 }),
    batches: wordBatches(),
    loss: ({ label }) =>
      tf.tidy(() => tf.mean(tf.square(model.forward(tf.reshape(tf.cast(label, 'float32'), [-1, 1]))))),
    steps,
    ...options,
  });
  return { model, trainer };
}

const calls = async ({ calls }: Centred) => (await calls.data())[0];

describe.each(Object.entries({ portable: () => tfjsBackend('cpu'), cpu, onnxruntime }))(
  'on %s',
  (_, backend) => {
    it('a resumed run continues with a checkpoint’s buffers, with averages, and with replayed steps', async () => {
      await useBackend(backend());
      for (const options of [{}, { average: { decay: 0.9 } }, { compile: true }]) {
        const through = run(12, options);
        await through.trainer.fit();
        const store = inMemory();
        await run(6, { ...options, checkpoints: { store } }).trainer.fit();
        const resumed = run(12, { ...options, checkpoints: { store } });
        await resumed.trainer.fit();
        expect(await calls(resumed.model)).toBe(12);
        expect(await nn.save(resumed.model)).toEqual(await nn.save(through.model));
        expect(await resumed.model.last.data()).toEqual(await through.model.last.data());
        for (const { model } of [through, resumed]) model.dispose();
      }
    });
  },
);

it('a checkpoint whose unsaved buffers have another shape is refused, and nothing is changed', async () => {
  await useBackend(cpu());
  const store = inMemory();
  await run(2, { checkpoints: { store } }).trainer.fit();
  const other = run(4, { checkpoints: { store } });
  tf.tidy(() => Object.assign(other.model, { last: tf.variable(tf.zeros([2])) }));
  await expect(other.trainer.fit()).rejects.toThrow(
    "does not fit this run: the buffer 'last' has shape [1]; the model's has [2]",
  );
  expect(await calls(other.model)).toBe(0);
});

describe('the best weights', () => {
  it('come with the buffers that were validated with them', async () => {
    await useBackend(cpu());
    const { model, trainer } = run(4, {
      restoreBest: true,
      validation: {
        batches: [0],
        loss: () => tf.cast(model.calls, 'float32'), // grows with each step
        every: { steps: 2 },
      },
    });
    await trainer.fit();
    expect(await calls(model)).toBe(2);
    model.dispose();
  });
});

describe('averages of weights', () => {
  it('leave buffers unchanged', async () => {
    using model = new Centred();
    const average = new ExponentialMovingAverage(model, { decay: 0.5 });
    average.update();
    model.forward(tf.ones([1, 1]));
    average.update();
    expect([...average.averages().keys()]).toEqual(['linear.weight', 'linear.bias']);
    average.takePlace();
    expect(await calls(model)).toBe(1);
    average.dispose();
  });

  it('over checkpoints take the buffers of the first one', async () => {
    using model = new Centred();
    const store = inMemory();
    for (const step of [1, 2]) {
      model.forward(tf.fill([1, 1], 4));
      tf.tidy(() => model.linear.bias!.assign(tf.tensor1d([step])));
      await writeCheckpoint(store, { step, epoch: 0, weights: await nn.save(model) });
    }
    expect(await loadWeights(model, store, { from: 'latest', count: 2 })).toHaveLength(2);
    expect([...(await model.linear.bias!.data())]).toEqual([1.5]);
    expect([...(await model.mean.data())]).toEqual([3]);
    expect(await calls(model)).toBe(2);
  });
});
