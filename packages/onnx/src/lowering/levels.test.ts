import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { compareWithTfjs } from '../../test/compare-with-tfjs.ts';
import { longSum } from './levels.ts';
import { lowerings } from './lowerings.ts';
import { reduce } from './reduce.ts';
import { softmax } from './softmax.ts';

const numbersOf = (shape: number[], axes: number[], outputShape: number[]) => {
  const long = longSum(shape, axes, outputShape)!;
  return long.numbers.map(({ values }) => values);
};

describe('a long sum', () => {
  it('is cut into pieces that divide its size, at most 128 elements of a row and 64 of a column', () => {
    expect(numbersOf([3, 6400], [1], [3])).toEqual([[3, 50, 128]]);
    expect(numbersOf([640, 3], [0], [3])).toEqual([[10, 64, 3]]);
    expect(numbersOf([2, 700, 3], [1], [2, 3])).toEqual([[2, 14, 50, 3]]);
    expect(numbersOf([20, 90, 3, 4], [0, 1], [1, 1, 3, 4])).toEqual([
      [30, 60, 12],
      [1, 1, 3, 4],
    ]);
  });

  it('is cut into longer ones where only those divide it, and into single elements where nothing does', () => {
    expect(numbersOf([2 * 257 * 3], [0], [])).toEqual([[6, 257]]);
    expect(numbersOf([4099], [0], [])).toEqual([[4099, 1]]);
    expect(numbersOf([2 * 4099, 5], [0], [5])).toEqual([[4099, 2, 5]]);
  });

  it('has more elements than a runtime adds up well', () => {
    expect(longSum([3, 1024], [1], [3])).toBeUndefined();
    expect(longSum([128, 3], [0], [3])).toBeUndefined();
    expect(longSum([129, 3], [0], [3])).toBeDefined();
    expect(longSum([1000, 3], [], [1000, 3])).toBeUndefined();
    expect(longSum([0, 3], [0], [3])).toBeUndefined();
  });

  it('has the same structure whatever its sizes', () => {
    const structures = [1030, 4099, 2 ** 20, 7 * 11 * 13].map((size) => longSum([3, size], [1], [3])?.levels);
    expect(structures.slice(0, 3)).toEqual(structures.slice(0, 3).map(() => structures[0]));
    expect(structures[3]).toBeUndefined();
  });
});

const ramp = (shape: number[]): tf.Tensor =>
  tf.reshape(tf.add(tf.mul(tf.sin(tf.range(0, tf.util.sizeFromShape(shape))), 0.3), 0.5), shape);

const reductions: readonly (readonly [number[], number[]])[] = [
  [[5000], [0]],
  [[2, 2500], [1]],
  [[700, 3], [0]],
  [[2, 300, 3], [1]],
  [
    [30, 50, 3, 2],
    [0, 1],
  ],
  [
    [2, 3, 40, 50],
    [2, 3],
  ],
  [
    [40, 3, 50],
    [0, 2],
  ],
  [
    [4, 40, 3, 50],
    [1, 3],
  ],
  [[1, 4099, 1], [1]],
  [[0, 3, 2000], [2]],
  [[2000, 0], [0]],
];

describe.each([tf.Sum, tf.Mean])('%s in levels', (kernel) => {
  it.each(reductions)('equals tfjs for %j over axes %j', async (shape, axis) => {
    for (const keepDims of [false, true]) {
      await compareWithTfjs(kernel, reduce, { x: ramp(shape) }, { axis, keepDims });
    }
  });
});

it('a softmax over many classes equals that of tfjs', async () => {
  const logits = tf.mul(ramp([4, 5000]), 9);
  await compareWithTfjs(tf.Softmax, softmax, { logits }, { dim: 1 }, { tolerance: 1e-6 });
});

it('products of floats are taken in double precision, those of integers are not', async () => {
  await compareWithTfjs(
    tf.Prod,
    reduce,
    { x: tf.fill([2, 3000], 1.0003) },
    { axis: [1] },
    { tolerance: 1e-6 },
  );
  await compareWithTfjs(tf.Prod, reduce, { x: tf.tensor2d([[2, 3]], [1, 2], 'int32') }, { axis: [1] });
});

it('the norm over several tensors has one structure for all their sizes', () => {
  const { structure } = lowerings.get('GlobalNorm')!;
  const of = (rows: number) =>
    structure!({ a: { shape: [rows, 8], dtype: 'float32' }, b: { shape: [3], dtype: 'float32' } }, {});
  expect(of(100)).toEqual(of(1234));
});
