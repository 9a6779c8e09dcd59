import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';
import { Adam, ExponentialMovingAverage, NAdam, RMSprop, SGD, trainingStep, update } from '@unroll/optim';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends } from '../test/backends.ts';

class Tagger extends nn.Module {
  readonly embedding = new nn.Embedding({ numEmbeddings: 5, embeddingDim: 3 });
  readonly lstm = new nn.LSTM({ inputSize: 3, hiddenSize: 4 });
  readonly dropout = new nn.Dropout({ p: 0.2 });
  readonly output = new nn.Linear({ inFeatures: 4, outFeatures: 3 });

  forward(words: tf.Tensor): tf.Tensor {
    const [states] = this.lstm.forward(this.embedding.forward(words) as tf.Tensor3D);
    return this.output.forward(tf.mean(this.dropout.forward(states as tf.Tensor), 0));
  }
}

const optimizers = {
  'SGD with momentum': (p: tf.Variable[]) => new SGD(p, { lr: 0.1, momentum: 0.9 }),
  Adam: (p: tf.Variable[]) => new Adam(p, { lr: 0.1, amsgrad: true }),
  'NAdam, in plain operations': (p: tf.Variable[]) => new NAdam(p, { lr: 0.1 }),
  RMSprop: (p: tf.Variable[]) => new RMSprop(p, { lr: 0.01, centered: true, momentum: 0.9 }),
} as const;

function setUp(makeOptimizer: (typeof optimizers)[keyof typeof optimizers]) {
  nn.manualSeed(3);
  const model = new Tagger();
  const optimizer = makeOptimizer(model.parameters());
  const loss = (words: number[], classes: number[]) => () =>
    nn.crossEntropy(
      model.forward(tf.tensor2d(words, [2, 2], 'int32')),
      tf.tensor1d(classes, 'int32'),
    ) as tf.Scalar;
  /** Everything that a step may change */
  const state = async () => ({
    parameters: await Promise.all(model.parameters().map(async (p) => [...(await p.data())])),
    optimizer: await Promise.all(
      model.parameters().map(async (parameter) => {
        const known = optimizer.state.get(parameter);
        if (!known) return 'none';
        const tensors = [...known.tensors].map(async ([name, tensor]) => [name, [...(await tensor.data())]]);
        return [known.step, await Promise.all(tensors)];
      }),
    ),
    tensors: tf.memory().numTensors,
  });
  const dispose = () => {
    model.dispose();
    optimizer.dispose();
  };
  return { model, optimizer, loss, state, dispose };
}

const WORDS = [0, 1, 2, 3];
const CLASSES = [0, 2];

const bad: readonly (readonly [string, number[], number[]])[] = [
  ['a class beyond the last', WORDS, [0, 7]],
  ['a class of −1', WORDS, [-1, 1]],
  ['a word beyond the table', [0, 5, 2, 3], CLASSES],
  ['a word of −1', [0, -1, 2, 3], CLASSES],
];

describe.each(backends)('on %s', (_, backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  describe.each(Object.entries(optimizers))('with %s', (_, makeOptimizer) => {
    it.each(bad)('%s changes nothing, in the first step and in a later one', async (_, words, classes) => {
      const { optimizer, loss, state, dispose } = setUp(makeOptimizer);
      for (let before = 0; before < 3; before++) {
        const whole = await state();
        await expect(trainingStep(optimizer, loss(words, classes), { clipGradNorm: 1 })).rejects.toThrow(
          /\d/,
        );
        expect(await state()).toEqual(whole);
        await trainingStep(optimizer, loss(WORDS, CLASSES), { clipGradNorm: 1 });
        expect((await state()).parameters).not.toEqual(whole.parameters);
      }
      dispose();
    });

    it('continues as if the bad batches had not existed', async () => {
      const losses = async (batches: readonly (readonly [number[], number[]])[]) => {
        const { model, optimizer, loss, dispose } = setUp(makeOptimizer);
        model.dropout.eval();
        const seen: number[] = [];
        for (const [words, classes] of batches) {
          await trainingStep(optimizer, loss(words, classes)).then(
            (value) => seen.push(value),
            () => {},
          );
        }
        dispose();
        return seen;
      };
      const good = [WORDS, CLASSES] as const;
      const mixed = [good, ...bad.flatMap(([, words, classes]) => [[words, classes] as const, good])];
      expect(await losses(mixed)).toEqual(await losses([good, ...bad.map(() => good)]));
    });
  });

  it('a step that fails later, by a computed class, does not change a moving average', async () => {
    const { model, optimizer, dispose } = setUp(optimizers.Adam);
    const average = new ExponentialMovingAverage(model, { decay: 0.5 });
    const state = async () => ({
      updates: average.updates,
      averages: await Promise.all(
        [...average.averages().values()].map(async (one) => [...(await one.data())]),
      ),
      tensors: tf.memory().numTensors,
    });
    const step = async (last: number) => {
      const target = tf.tensor1d([0, last - 1], 'int32');
      const computed = tf.tidy(() => tf.add(target, tf.scalar(1, 'int32')) as tf.Tensor1D);
      const failing = () => {
        const logits = model.forward(tf.tensor2d(WORDS, [2, 2], 'int32'));
        return nn.crossEntropy(logits, computed) as tf.Scalar;
      };
      try {
        const value = update(optimizer, failing);
        average.update();
        await value.data().finally(() => value.dispose());
      } finally {
        tf.dispose([target, computed]);
      }
    };
    for (let before = 0; before < 2; before++) {
      const whole = await state();
      await expect(step(7)).rejects.toThrow(/7/);
      expect(await state()).toEqual(whole);
      await step(2);
      expect(average.updates).toBe(whole.updates + 1);
    }
    average.dispose();
    dispose();
  });

  it('an update that fails for one parameter changes none', async () => {
    const { optimizer, loss, state, dispose } = setUp(optimizers.Adam);
    await trainingStep(optimizer, loss(WORDS, CLASSES));
    const whole = await state();
    const own = tf.getKernel('AdamStep', backend.name);
    let calls = 0;
    tf.unregisterKernel('AdamStep', backend.name);
    tf.registerKernel({
      ...own,
      kernelFunc: (call) => {
        calls++;
        if (calls === 4) throw new Error('no memory is left');
        return own.kernelFunc(call);
      },
    });
    try {
      await expect(trainingStep(optimizer, loss(WORDS, CLASSES))).rejects.toThrow('no memory is left');
      expect(() => update(optimizer, loss(WORDS, CLASSES))).not.toThrow();
    } finally {
      tf.unregisterKernel('AdamStep', backend.name);
      tf.registerKernel(own);
    }
    expect(calls).toBeGreaterThan(4);
    const { optimizer: states } = await state();
    expect((states[0] as [number])[0]).toBe((whole.optimizer[0] as [number])[0] + 1);
    dispose();
  });
});

describe('on backend-cpu with little memory', () => {
  const MIB = 2 ** 20;

  it('a step that runs out of memory changes nothing, and training continues once there is memory again', async () => {
    await useBackend(cpu({ threads: 1, maxMemory: 160 * MIB }));
    const parameters = [1, 2, 3, 4].map((value) => tf.tidy(() => tf.variable(tf.fill([MIB], value))));
    const optimizer = new Adam(parameters, { lr: 0.1 });
    const gradients = new Map(parameters.map((parameter) => [parameter, tf.fill([MIB], 0.5)]));
    // Parameters and gradients take 32 MiB, and the first step takes 80 more.
    const filler = Array.from({ length: 15 }, () => tf.tidy(() => tf.exp(tf.zeros([MIB]))));
    const { numTensors } = tf.memory();
    expect(() => optimizer.step(gradients)).toThrow('WebAssembly memory cannot grow');
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(optimizer.state.size).toBe(0);
    for (const [i, parameter] of parameters.entries()) expect((await parameter.data())[7]).toBe(i + 1);
    tf.dispose(filler);
    optimizer.step(gradients);
    for (const [i, parameter] of parameters.entries())
      expect((await parameter.data())[7]).toBeCloseTo(i + 0.9, 5);
    optimizer.dispose();
    tf.dispose([...parameters, ...gradients.values()]);
  });
});
