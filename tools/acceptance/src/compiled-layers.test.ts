import * as tf from '@tensorflow/tfjs-core';
import { capabilities, compile, useBackend } from '@unroll/backend';
import * as nn from '@unroll/nn';
import { AdamW, update } from '@unroll/optim';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends } from '../test/backends.ts';

/** A convolution with normalisation and pooling, attention over its output, and a score for each of three classes. */
class Network extends nn.Module {
  readonly convolution = new nn.Conv1d({ inChannels: 2, outChannels: 8, kernelSize: 3, padding: 'same' });
  readonly norm: nn.BatchNorm1d;
  readonly slope = new nn.PReLU({ numParameters: 8 });
  readonly pool = new nn.MaxPool1d({ kernelSize: 2, stride: 1 });
  readonly attention = new nn.MultiheadAttention({
    embedDim: 8,
    numHeads: 2,
    dropout: 0.2,
    batchFirst: true,
  });
  readonly scores = new nn.Linear({ inFeatures: 8, outFeatures: 3 });

  constructor(momentum: number | null) {
    super();
    this.norm = new nn.BatchNorm1d({ numFeatures: 8, momentum });
  }

  forward(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => {
      const features = this.slope.forward(this.norm.forward(this.convolution.forward(x)));
      const steps = tf.transpose(this.pool.forward(features), [0, 2, 1]);
      const [seen] = this.attention.forward(steps, steps, steps);
      return this.scores.forward(tf.mean(nn.mish(seen), 1));
    });
  }
}

/**
 * Trains on batches of two sizes with evaluation in between. Returns losses and scores by step, and the final state.
 */
async function train(momentum: number | null, isCompiled: boolean) {
  nn.manualSeed(7);
  const model = new Network(momentum);
  const optimizer = new AdamW(model.parameters(), { lr: 0.02 });
  const step = (x: tf.Tensor, y: tf.Tensor) => update(optimizer, () => nn.crossEntropy(model.forward(x), y));
  const answer = (x: tf.Tensor) => model.forward(x);
  const compiled = isCompiled ? { step: compile(step), answer: compile(answer) } : undefined;
  const numbers: number[] = [];
  const note = async (tensor: tf.Tensor) => {
    numbers.push(...(await tensor.data()));
    tensor.dispose();
  };
  for (const [number, rows] of [4, 4, 4, 3, 4, 4, 3, 3].entries()) {
    const random = new nn.RandomGenerator(number);
    const x = tf.tensor3d(
      Float32Array.from({ length: rows * 20 }, () => random.normal()),
      [rows, 2, 10],
    );
    const y = tf.tensor1d(
      Array.from({ length: rows }, (_, i) => (i + number) % 3),
      'int32',
    );
    await note((compiled?.step ?? step)(x, y));
    model.eval();
    await note((compiled?.answer ?? answer)(x));
    model.train();
    tf.dispose([x, y]);
  }
  for (const tensor of Object.values(model.stateDict())) numbers.push(...(await tensor.data()));
  const captures = compiled?.step.captures ?? 0;
  compiled?.step.dispose();
  compiled?.answer.dispose();
  optimizer.dispose();
  model.dispose();
  return { numbers, captures };
}

describe.each(backends)('on %s, convolutions, batch normalization and attention', (_, backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  it.each([0.1, null])('train the same when the step is compiled, with momentum %s', async (momentum) => {
    const before = tf.memory().numTensors;
    const plain = await train(momentum, false);
    const compiled = await train(momentum, true);
    expect(Math.max(...plain.numbers.map((value, i) => Math.abs(value - compiled.numbers[i]!)))).toBeLessThan(
      1e-5,
    );
    expect(compiled.captures > 0).toBe(capabilities().captures);
    expect(tf.memory().numTensors).toBe(before);
  });
});
