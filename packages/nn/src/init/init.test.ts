import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manualSeed } from '../random/default-generator.ts';
import { RandomGenerator } from '../random/random-generator.ts';
import * as init from './index.ts';
import { normalCdf, normalQuantile } from './normal-distribution.ts';

const made: tf.Variable[] = [];
/** A parameter of NaN, which shows elements that an initialiser leaves out. */
const blank = (...shape: number[]): tf.Variable => {
  const variable = tf.variable(tf.fill(shape, Number.NaN));
  made.push(variable);
  return variable;
};

beforeEach(() => {
  tf.engine().startScope();
  manualSeed(11);
});
afterEach(() => {
  tf.engine().endScope();
  tf.dispose(made.splice(0));
});

async function moments(tensor: tf.Tensor) {
  const values = [...(await tensor.data())];
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  const std = Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length);
  return { mean, std, least: Math.min(...values), greatest: Math.max(...values) };
}

/** Expects draws from U(−bound, bound) that come close to both ends. */
async function expectUniform(tensor: tf.Tensor, bound: number) {
  const { mean, std, least, greatest } = await moments(tensor);
  expect(Math.abs(mean) / bound).toBeLessThan(0.05);
  expect(std / (bound / Math.sqrt(3))).toBeCloseTo(1, 1);
  expect(least).toBeGreaterThanOrEqual(-bound * 1.000001);
  expect(greatest).toBeLessThanOrEqual(bound * 1.000001);
  expect(greatest).toBeGreaterThan(0.99 * bound);
}

async function expectNormal(tensor: tf.Tensor, std: number) {
  const actual = await moments(tensor);
  expect(Math.abs(actual.mean) / std).toBeLessThan(0.05);
  expect(actual.std / std).toBeCloseTo(1, 1);
  expect(actual.greatest).toBeGreaterThan(2.5 * std);
}

describe('init', () => {
  it('constant_, ones_, zeros_ and eye_ fill a parameter and return it', async () => {
    const tensor = blank(2, 3);
    expect(init.constant_(tensor, 0.5)).toBe(tensor);
    expect(await tensor.array()).toEqual([
      [0.5, 0.5, 0.5],
      [0.5, 0.5, 0.5],
    ]);
    expect(await init.ones_(blank(2)).array()).toEqual([1, 1]);
    expect(await init.zeros_(blank(2)).array()).toEqual([0, 0]);
    expect(await init.eye_(tensor).array()).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
  });

  it('uniform_ and normal_ draw from the given distribution', async () => {
    await expectUniform(init.uniform_(blank(60, 50), { a: -0.3, b: 0.3 }), 0.3);
    const { least, greatest } = await moments(init.uniform_(blank(500)));
    expect(least).toBeGreaterThanOrEqual(0);
    expect(greatest).toBeLessThanOrEqual(1);
    await expectNormal(init.normal_(blank(60, 50)), 1);
    const { mean, std } = await moments(init.normal_(blank(60, 50), { mean: 5, std: 0.1 }));
    expect(mean).toBeCloseTo(5, 1);
    expect(std).toBeCloseTo(0.1, 2);
  });

  it('draws the same numbers from the same seed, of the default generator or another', async () => {
    manualSeed(3);
    const first = await init.normal_(blank(7)).array();
    const second = await init.normal_(blank(7)).array();
    manualSeed(3);
    expect(await init.normal_(blank(7)).array()).toEqual(first);
    expect(second).not.toEqual(first);
    expect(await init.normal_(blank(7), { generator: new RandomGenerator(3) }).array()).toEqual(first);
  });

  // torch.nn.init with a weight [40, 30, 2]: fan in 60, fan out 80
  it('xavier’s bounds follow both fans, with the receptive field counted', async () => {
    await expectUniform(init.xavierUniform_(blank(40, 30, 2), { gain: 2 }), 2 * Math.sqrt(6 / 140));
    await expectNormal(init.xavierNormal_(blank(40, 30, 2)), Math.sqrt(2 / 140));
  });

  it('kaiming’s bounds follow one fan and the nonlinearity', async () => {
    const shape = [40, 30, 2] as const;
    await expectUniform(init.kaimingUniform_(blank(...shape)), Math.sqrt(2) * Math.sqrt(3 / 60));
    await expectUniform(init.kaimingUniform_(blank(...shape), { a: Math.sqrt(5) }), 1 / Math.sqrt(60));
    await expectNormal(
      init.kaimingNormal_(blank(...shape), { mode: 'fan_out', nonlinearity: 'tanh' }),
      5 / 3 / Math.sqrt(80),
    );
  });

  it.each([
    ['linear', undefined, 1],
    ['conv_transpose2d', undefined, 1],
    ['sigmoid', undefined, 1],
    ['tanh', undefined, 5 / 3],
    ['relu', undefined, Math.SQRT2],
    ['leaky_relu', undefined, Math.sqrt(2 / 1.0001)],
    ['leaky_relu', 0.2, Math.sqrt(2 / 1.04)],
    ['selu', undefined, 0.75],
  ] as const)('calculateGain of %s with parameter %s is %d', (nonlinearity, param, gain) => {
    expect(init.calculateGain(nonlinearity, param)).toBeCloseTo(gain, 12);
  });

  it('orthogonal_ makes the fewer of rows and columns orthonormal, times the gain', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 2 }),
        async (rows, columns, field) => {
          const weight = init.orthogonal_(blank(rows, columns, field), { gain: 3 });
          const matrix = tf.reshape(weight, [rows, columns * field]) as tf.Tensor2D;
          const tall = rows >= columns * field;
          const product = (await tf.matMul(matrix, matrix, tall, !tall).array()) as number[][];
          product.forEach((row, i) => {
            row.forEach((value, j) => {
              expect(value).toBeCloseTo(i === j ? 9 : 0, 4);
            });
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('orthogonal_ favours no sign: a 1×1 matrix is 1 or −1 with equal chance', async () => {
    let positive = 0;
    for (let i = 0; i < 400; i++) {
      const [value] = await init.orthogonal_(blank(1, 1)).data();
      expect(Math.abs(value!)).toBeCloseTo(1, 6);
      if (value! > 0) positive++;
    }
    expect(positive).toBeGreaterThan(150);
    expect(positive).toBeLessThan(250);
  });

  it('truncNormal_ keeps within its bounds, and is normal between them', async () => {
    const narrow = await moments(init.truncNormal_(blank(60, 50), { std: 1, a: -0.5, b: 2 }));
    expect(narrow.least).toBeGreaterThanOrEqual(-0.5);
    expect(narrow.greatest).toBeLessThanOrEqual(2);
    // (φ(−0.5) − φ(2)) / (Φ(2) − Φ(−0.5)), the mean of the cut distribution
    expect(narrow.mean).toBeCloseTo((0.352065 - 0.053991) / (0.97725 - 0.308538), 1);
    await expectNormal(init.truncNormal_(blank(60, 50), { std: 0.02 }), 0.02);
    const tail = await moments(init.truncNormal_(blank(100), { a: 3, b: 4 }));
    expect(tail.least).toBeGreaterThanOrEqual(3);
    expect(tail.greatest).toBeLessThan(4);
  });

  it('sparse_ zeroes the fraction of each column, rounded up, at rows that differ', async () => {
    const columns = (await tf.transpose(init.sparse_(blank(7, 40), 0.3, { std: 2 })).array()) as number[][];
    const places = columns.map((column) => column.flatMap((value, row) => (value === 0 ? [row] : [])));
    expect(places.every((rows) => rows.length === 3)).toBe(true);
    expect(new Set(places.map(String)).size).toBeGreaterThan(10);
  });

  it('the quantile is the inverse of the normal distribution function', () => {
    // statistics.NormalDist().cdf
    expect(normalCdf(1.96)).toBeCloseTo(0.9750021048517795, 14);
    expect(normalCdf(-3)).toBeCloseTo(0.0013498980316300933, 14);
    fc.assert(
      fc.property(fc.double({ min: -5, max: 5, noNaN: true }), (x) => {
        expect(normalQuantile(normalCdf(x))).toBeCloseTo(x, 6);
      }),
    );
  });

  it('leaves no tensor behind', () => {
    const weight = blank(4, 3);
    const before = tf.memory().numTensors;
    for (const initialise of [
      init.uniform_,
      init.normal_,
      init.ones_,
      init.eye_,
      init.xavierUniform_,
      init.kaimingNormal_,
      init.orthogonal_,
      init.truncNormal_,
    ]) {
      initialise(weight);
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it('says which argument does not fit', () => {
    expect(() => init.eye_(blank(3))).toThrow('eye_: tensor has shape [3]; expected 2 axes');
    expect(() => init.xavierNormal_(blank(3))).toThrow(
      'xavierNormal_: tensor has shape [3]; fan in and fan out need at least 2 axes',
    );
    expect(() => init.orthogonal_(blank(3))).toThrow('orthogonal_: tensor has shape [3]');
    expect(() => init.sparse_(blank(3, 3), 1.5)).toThrow(
      'sparse_: sparsity is 1.5; expected a fraction in [0, 1]',
    );
    expect(() => init.normal_(blank(2), { std: -1 })).toThrow('normal_: std is -1');
    expect(() => init.uniform_(blank(2), { a: 2, b: 1 })).toThrow(
      'uniform_: a is 2 and b is 1; expected a ≤ b',
    );
    expect(() => init.kaimingUniform_(blank(2, 2), { mode: 'fan_avg' as never })).toThrow(
      "kaimingUniform_: mode is 'fan_avg'; expected 'fan_in' or 'fan_out'",
    );
    expect(() => init.calculateGain('swish' as never)).toThrow('calculateGain: nonlinearity is swish');
  });
});
