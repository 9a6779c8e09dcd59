import * as tf from '@tensorflow/tfjs-core';
import { compile, useBackend } from '@unroll/backend';
import * as nn from '@unroll/nn';
import { AdamW, RMSprop, SGD, StepLR, update } from '@unroll/optim';
import { beforeAll, describe, expect, it } from 'vitest';
import { onnxruntime } from '../onnxruntime.ts';

beforeAll(async () => {
  await useBackend(onnxruntime({ threads: 1 }));
});

class Classifier extends nn.Module {
  readonly lstm = new nn.LSTM({
    inputSize: 3,
    hiddenSize: 5,
    numLayers: 2,
    dropout: 0.4,
    bidirectional: true,
  });
  readonly linear = new nn.Linear({ inFeatures: 10, outFeatures: 4 });

  forward(x: tf.Tensor): tf.Tensor2D {
    return this.linear.forward(tf.mean(this.lstm.forward(x)[0], 0)) as tf.Tensor2D;
  }
}

const batch = (seed: number, rows = 4) => ({
  x: tf.randomNormal([6, rows, 3], 0, 1, 'float32', seed),
  y: tf.randomUniform([rows], 0, 4, 'int32', seed) as tf.Tensor1D,
});

const optimizers = {
  AdamW: (parameters: tf.Variable[]) => new AdamW(parameters, { lr: 0.02 }),
  'SGD with momentum': (parameters: tf.Variable[]) => new SGD(parameters, { lr: 0.1, momentum: 0.9 }),
  'centered RMSprop': (parameters: tf.Variable[]) => new RMSprop(parameters, { lr: 0.01, centered: true }),
};

/** Losses and weights of a training with dropout, clipping and a schedule, in batches of two sizes. */
async function train(compiled: boolean, makeOptimizer: (parameters: tf.Variable[]) => AdamW | SGD | RMSprop) {
  nn.manualSeed(3);
  const model = new Classifier();
  const optimizer = makeOptimizer(model.parameters());
  const schedule = new StepLR(optimizer, { stepSize: 3, gamma: 0.5 });
  let calls = 0;
  const plain = (x: tf.Tensor, y: tf.Tensor1D) => {
    calls++;
    return update(optimizer, () => nn.crossEntropy(model.forward(x), y), { clipGradNorm: 1 });
  };
  const trainStep = compile(plain);
  const losses: number[] = [];
  for (let i = 0; i < 12; i++) {
    const { x, y } = batch(i + 1, i % 4 === 3 ? 2 : 4);
    const loss = (compiled ? trainStep : plain)(x, y);
    losses.push((await loss.data())[0]!);
    tf.dispose([x, y, loss]);
    schedule.step();
  }
  const weights = await Promise.all(model.parameters().map((parameter) => parameter.data()));
  const { captures } = trainStep;
  trainStep.dispose();
  model.dispose();
  optimizer.dispose();
  return { losses, weights: weights.map((values) => [...values]), calls, captures };
}

describe('compile', () => {
  it.each(Object.entries(optimizers))(
    'trains to the same bits with %s, dropout, clipping and a schedule, without calling the function again',
    async (_, makeOptimizer) => {
      const before = tf.memory().numTensors;
      const plain = await train(false, makeOptimizer);
      const compiled = await train(true, makeOptimizer);
      expect(compiled.losses).toEqual(plain.losses);
      expect(compiled.weights).toEqual(plain.weights);
      expect([plain.calls, compiled.calls, compiled.captures]).toEqual([12, 4, 2]);
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  it('gives results in the containers that the function returns them in', async () => {
    const f = compile((a: tf.Tensor, power: number) => ({
      sum: tf.sum(a),
      rest: [tf.pow(a, power), tf.neg(a)],
    }));
    for (const values of [[1], [2], [3], [4]]) {
      const a = tf.tensor1d(values);
      const { sum, rest } = f(a, 2);
      expect([...(await sum.data()), ...(await rest[0]!.data()), ...(await rest[1]!.data())]).toEqual([
        values[0],
        values[0]! ** 2,
        -values[0]!,
      ]);
      tf.dispose([a, sum, rest]);
    }
    expect(f.captures).toBe(1);
    f.dispose();
  });

  it('refuses an argument that is neither a tensor nor plain data', () => {
    const f = compile((given: Readonly<Record<string, number>>) => tf.scalar(Object.keys(given).length));
    for (const [given, name] of [
      [new Map(), 'an object of the class Map'],
      [{ when: new Date() }, 'an object of the class Date'],
      [[() => 1], 'a function'],
    ] as const) {
      expect(() => f(given as never)).toThrow(
        `compile: among the arguments is ${name}; expected tensors, plain values, and lists and plain objects of them`,
      );
    }
  });

  it('captures anew for other shapes, other plain values, and two arguments that have become the same tensor', async () => {
    const f = compile((a: tf.Tensor, b: tf.Tensor, factor: number) => tf.mul(tf.add(a, b), factor));
    const one = tf.tensor1d([1, 2]);
    const two = tf.tensor1d([10, 20]);
    const run = async (a: tf.Tensor, b: tf.Tensor, factor: number) => {
      const results = [f(a, b, factor), f(a, b, factor), f(a, b, factor)];
      const values = await Promise.all(results.map((result) => result.data()));
      tf.dispose(results);
      expect(values[1]).toEqual(values[0]);
      expect(values[2]).toEqual(values[0]);
      return [...values[0]!];
    };
    expect(await run(one, two, 1)).toEqual([11, 22]);
    expect(await run(one, one, 1)).toEqual([2, 4]);
    expect(await run(one, two, 3)).toEqual([33, 66]);
    expect(await run(tf.scalar(1), two, 1)).toEqual([11, 21]);
    expect(f.captures).toBe(4);
    f.dispose();
    tf.dispose([one, two]);
  });

  it('reads variables as they are at each call', async () => {
    const weight = tf.variable(tf.tensor1d([2]));
    const f = compile((x: tf.Tensor) => tf.mul(x, weight));
    const x = tf.tensor1d([5]);
    for (const value of [2, 3, 4, 5]) {
      weight.assign(tf.tensor1d([value]));
      const y = f(x);
      expect([...(await y.data())]).toEqual([5 * value]);
      y.dispose();
    }
    f.dispose();
    tf.dispose([weight, x]);
  });

  it('captures anew where a variable that it uses has been disposed', async () => {
    let weight = tf.variable(tf.tensor1d([2]));
    const f = compile((x: tf.Tensor) => tf.mul(x, weight));
    const x = tf.tensor1d([5]);
    for (let i = 0; i < 3; i++) f(x).dispose();
    weight.dispose();
    weight = tf.variable(tf.tensor1d([7]));
    const y = f(x);
    expect([...(await y.data())]).toEqual([35]);
    f.dispose();
    tf.dispose([weight, x, y]);
  });

  it('follows the options of groups that were equal at the capture', async () => {
    const train = async (isCompiled: boolean) => {
      const [v, w] = [1, 1].map((value) => tf.tidy(() => tf.variable(tf.scalar(value)))) as [
        tf.Variable,
        tf.Variable,
      ];
      const optimizer = new SGD([{ params: [v] }, { params: [w] }], { lr: 0.1 });
      const plain = () => update(optimizer, () => tf.add(tf.square(v), tf.square(w)) as tf.Scalar);
      const f = isCompiled ? compile(plain) : plain;
      for (let i = 0; i < 6; i++) {
        if (i === 3) optimizer.paramGroups[1]!.lr = 0;
        const loss = f();
        await loss.data();
        loss.dispose();
      }
      const values = [(await v.data())[0], (await w.data())[0]];
      tf.dispose([v, w]);
      optimizer.dispose();
      return values;
    };
    expect(await train(true)).toEqual(await train(false));
  });

  it('assigns a variable that is an argument in every call', async () => {
    const v = tf.tidy(() => tf.variable(tf.scalar(1)));
    const f = compile((variable: tf.Tensor, x: tf.Tensor) => {
      (variable as tf.Variable).assign(tf.add(variable, x) as tf.Tensor<tf.Rank>);
      return tf.mul(variable, 2);
    });
    const one = tf.scalar(1);
    for (let i = 2; i < 8; i++) {
      const y = f(v, one);
      expect([...(await y.data())]).toEqual([2 * i]);
      y.dispose();
    }
    f.dispose();
    tf.dispose([v, one]);
  });

  it('does not replay a function whose result is not made of lists and plain objects of tensors', async () => {
    const x = tf.tensor1d([1]);
    const f = compile(() => new Map([['y', tf.neg(x)]]));
    for (let i = 0; i < 4; i++) expect(f().get('y')).toBeInstanceOf(tf.Tensor);
    const g = compile(() => [tf.neg(x), 3] as const);
    for (let i = 0; i < 4; i++) expect(g()[1]).toBe(3);
    tf.disposeVariables();
    x.dispose();
  });

  it('continues after the optimizer has lost its state', async () => {
    const weight = tf.tidy(() => tf.variable(tf.tensor1d([1, 2])));
    const optimizer = new AdamW([weight], { lr: 0.1 });
    const f = compile(() => update(optimizer, () => tf.sum(tf.square(weight)) as tf.Scalar));
    for (let i = 0; i < 9; i++) {
      if (i % 3 === 2) optimizer.dispose();
      const loss = f();
      expect(Number.isFinite((await loss.data())[0]!)).toBe(true);
      loss.dispose();
    }
    f.dispose();
    optimizer.dispose();
    weight.dispose();
  });

  it('passes on tensors without elements', async () => {
    const x = tf.zeros([0, 2]);
    const f = compile((a: tf.Tensor) => tf.add(a, 1));
    for (let i = 0; i < 4; i++) {
      const y = f(x);
      expect([y.shape, (await y.data()).length]).toEqual([[0, 2], 0]);
      y.dispose();
    }
    f.dispose();
    x.dispose();
  });

  it('reports in the function’s words a computed index that is out of range', async () => {
    const logits = tf.ones([2, 3]);
    const f = compile((labels: tf.Tensor) =>
      nn.crossEntropy(logits, tf.add(labels, tf.scalar(1, 'int32')) as tf.Tensor1D),
    );
    for (const label of [0, 1, 1, 2, 0]) {
      const labels = tf.tensor1d([0, label], 'int32');
      const loss = f(labels);
      if (label === 2) await expect(loss.data()).rejects.toThrow('crossEntropy: target holds 3 in row 1');
      else expect((await loss.data())[0]).toBeCloseTo(Math.log(3), 5);
      tf.dispose([labels, loss]);
    }
    f.dispose();
    logits.dispose();
  });

  const refusals: [string, (x: tf.Tensor) => unknown, string][] = [
    [
      'a synchronous read',
      (x) => tf.mul(x, x.dataSync()[0]!),
      'compile: the function reads a tensor while it is captured',
    ],
    [
      'a read by a promise',
      (x) => {
        const y = tf.exp(x);
        void y.data().catch(() => {});
        return y;
      },
      'compile: the function reads the result of Exp (called by exp) of x float32 [2] while it is captured',
    ],
    ['a new variable', (x) => tf.add(tf.variable(tf.neg(x)), 0), 'compile: the function creates a variable'],
    [
      'a tensor that is kept',
      (x) => {
        tf.keep(tf.exp(x));
        return tf.neg(x);
      },
      'compile: the function keeps a result of Exp beyond the call',
    ],
    [
      'to dispose an argument',
      (x) => {
        x.dispose();
        return tf.ones([2]);
      },
      'compile: the function disposes an argument',
    ],
    ['the host', (x) => tf.unique(x).values, 'compile: Unique runs on the host'],
  ];
  it.each(refusals)('refuses %s', (_, f, message) => {
    const x = tf.tensor1d([1, 2]);
    const compiled = compile(f as (x: tf.Tensor) => tf.Tensor);
    expect(() => {
      compiled(x);
      compiled(x);
    }).toThrow(message);
    compiled.dispose();
    tf.disposeVariables();
    x.dispose();
  });
});
