import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { compareWithTfjs, reasonAgainst } from '../../test/compare-with-tfjs.ts';
import { pooling } from './pooling.ts';

type Shape4 = [number, number, number, number];

interface PoolAttrs {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

const compare = (kernel: string, inputs: Record<string, tf.Tensor>, attrs: object): Promise<void> =>
  compareWithTfjs(kernel, pooling, inputs, attrs);

async function compareWithGradient(kernel: 'MaxPool' | 'AvgPool', x: tf.Tensor, attrs: PoolAttrs) {
  await compare(kernel, { x }, attrs);
  const output = tf.engine().runKernel(kernel, { x }, attrs as unknown as tf.NamedAttrMap) as tf.Tensor;
  const dy = tf.randomNormal(output.shape);
  const inputs = kernel === 'MaxPool' ? { dy, input: x, output } : { dy, input: x };
  await compare(`${kernel}Grad`, inputs, attrs);
}

beforeAll(() => tf.setBackend('cpu'));

const calls: [string, Shape4, PoolAttrs][] = [
  ['without padding', [2, 6, 4, 3], { filterSize: 2, strides: 2, pad: 'valid' }],
  ['to the same size', [2, 5, 6, 3], { filterSize: [3, 2], strides: 1, pad: 'same' }],
  ['with windows that overlap', [1, 7, 7, 2], { filterSize: 3, strides: 2, pad: 'same' }],
  ['with strides that pass rows over', [1, 8, 7, 2], { filterSize: [2, 1], strides: [3, 2], pad: 'valid' }],
  ['with one number as padding', [1, 6, 6, 2], { filterSize: 3, strides: 2, pad: 1 }],
  [
    'with a padding for each side',
    [1, 5, 6, 2],
    {
      filterSize: 3,
      strides: 1,
      pad: [
        [0, 0],
        [1, 2],
        [0, 1],
        [0, 0],
      ],
    },
  ],
];

describe.each(['MaxPool', 'AvgPool'] as const)('%s and its gradient', (kernel) => {
  it.each(calls)('are as in tfjs, %s', (_, shape, attrs) =>
    compareWithGradient(kernel, tf.randomNormal(shape), attrs),
  );

  it('are as in tfjs for all sizes, windows and strides', async () => {
    const small = fc.integer({ min: 1, max: 3 });
    const size = fc.integer({ min: 3, max: 7 });
    const call = fc.tuple(
      fc.tuple(small, size, size, small),
      fc.tuple(small, small),
      fc.tuple(small, small),
      fc.constantFrom('valid' as const, 'same' as const),
    );
    await fc.assert(
      fc.asyncProperty(call, ([shape, filterSize, strides, pad]) =>
        compareWithGradient(kernel, tf.randomNormal(shape), { filterSize, strides, pad }),
      ),
      { numRuns: 40, seed: 1 },
    );
  });

  it.each(['round', 'ceil'] as const)('count windows by %s', (dimRoundingMode) => {
    const attrs = { filterSize: 3, strides: 2, pad: 0, dimRoundingMode };
    return compare(kernel, { x: tf.randomNormal([1, 6, 6, 2]) }, attrs);
  });

  it('of integers are left to the host', () => {
    const x = tf.zeros([1, 4, 4, 1], 'int32');
    const attrs = { filterSize: 2, strides: 2, pad: 'valid' };
    expect(reasonAgainst(kernel, pooling, { x }, attrs)).toBe('of integers');
  });

  it('are left to the host where padding is as wide as the window', () => {
    const x = tf.zeros([1, 4, 4, 1]);
    const attrs = { filterSize: 2, strides: 2, pad: 2 };
    expect(reasonAgainst(kernel, pooling, { x }, attrs)).toBe('with paddings as wide as the window');
  });
});

describe('MaxPool', () => {
  const attrs = { filterSize: 2, strides: 2, pad: 'valid' as const };
  const { NaN: nan, NEGATIVE_INFINITY: nothing } = Number;

  it.each([
    ['passes over NaN', [nan, 1, 3, 2]],
    ['finds −∞ in a window of NaN, and gives it no gradient', [nan, nan, nan, nan]],
    ['gives a window of −∞ no gradient', [nothing, nothing, nothing, nothing]],
    ['gives the gradient to the first of equal elements', [2, 3, 3, 3]],
    ['finds the smallest number there is', [nothing, -3.4028234663852886e38, nothing, nothing]],
  ])('%s', (_, window) => compareWithGradient('MaxPool', tf.tensor4d(window, [1, 2, 2, 1]), attrs));

  it('adds up gradients of windows that have one largest element', () => {
    const x = tf.tensor4d([0, 0, 0, 0, 9, 0, 0, 0, 0], [1, 3, 3, 1]);
    return compareWithGradient('MaxPool', x, { ...attrs, strides: 1 });
  });
});

describe('AvgPoolGrad', () => {
  it('is left to the host where windows were rounded up: tfjs does not round there', () => {
    const inputs = { dy: tf.zeros([1, 3, 3, 1]), input: tf.zeros([1, 6, 6, 1]) };
    const attrs = { filterSize: 3, strides: 2, pad: 0, dimRoundingMode: 'ceil' };
    expect(reasonAgainst('AvgPoolGrad', pooling, inputs, attrs)).toBe(
      'of a gradient that is not of the output’s shape',
    );
  });
});
