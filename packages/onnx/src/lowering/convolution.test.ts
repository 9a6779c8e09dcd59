import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { compareWithTfjs, reasonAgainst } from '../../test/compare-with-tfjs.ts';
import { convolutions } from './convolution.ts';

type Shape4 = [number, number, number, number];

interface Call {
  readonly x: Shape4;
  readonly filter: Shape4;
  readonly attrs: {
    readonly strides: number | [number, number];
    readonly dilations?: number | [number, number];
    readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
    readonly dataFormat?: 'NHWC' | 'NCHW';
    readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  };
}

const FULL = ['Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter'] as const;
const DEPTHWISE = [
  'DepthwiseConv2dNative',
  'DepthwiseConv2dNativeBackpropInput',
  'DepthwiseConv2dNativeBackpropFilter',
] as const;

const compare = (kernel: string, inputs: Record<string, tf.Tensor>, attrs: object): Promise<void> =>
  compareWithTfjs(kernel, convolutions, inputs, attrs, { tolerance: 1e-4 });

/** Compares the forward pass, and both gradients where tfjs has them (it has none for dilated convolutions). */
async function compareAll([forward, input, filterGrad]: readonly string[], call: Call): Promise<void> {
  const attrs = { dataFormat: 'NHWC', dilations: 1, ...call.attrs };
  const x = tf.randomNormal(call.x);
  const filter = tf.randomNormal(call.filter);
  await compare(forward!, { x, filter }, attrs);
  if ([attrs.dilations].flat().some((rate) => rate > 1)) return;
  const y = tf.engine().runKernel(forward!, { x, filter }, attrs as unknown as tf.NamedAttrMap) as tf.Tensor;
  const dy = tf.randomNormal(y.shape);
  await compare(input!, { dy, filter }, { ...attrs, inputShape: call.x });
  await compare(filterGrad!, { x, dy }, { ...attrs, filterShape: call.filter });
}

beforeAll(() => tf.setBackend('cpu'));

const calls: [string, Call][] = [
  ['without padding', { x: [2, 5, 6, 3], filter: [2, 3, 3, 4], attrs: { strides: 1, pad: 'valid' } }],
  ['to the same size', { x: [2, 5, 6, 3], filter: [2, 3, 3, 4], attrs: { strides: 1, pad: 'same' } }],
  [
    'with strides that leave rows over',
    { x: [1, 8, 7, 2], filter: [2, 2, 2, 3], attrs: { strides: [3, 2], pad: 'valid' } },
  ],
  ['with one number as padding', { x: [1, 6, 6, 2], filter: [3, 3, 2, 3], attrs: { strides: 2, pad: 1 } }],
  [
    'with a padding for each side',
    {
      x: [1, 5, 4, 2],
      filter: [3, 2, 2, 3],
      attrs: {
        strides: [1, 2],
        pad: [
          [0, 0],
          [1, 2],
          [0, 3],
          [0, 0],
        ],
      },
    },
  ],
  [
    'with a last window that is rounded up',
    { x: [1, 6, 6, 2], filter: [3, 3, 2, 3], attrs: { strides: 2, pad: 0, dimRoundingMode: 'ceil' } },
  ],
  [
    'with a number of columns that tfjs computes from the height of the filter',
    { x: [1, 6, 6, 2], filter: [3, 2, 2, 3], attrs: { strides: 1, pad: 1 } },
  ],
  [
    'with dilations',
    { x: [2, 7, 8, 3], filter: [3, 2, 3, 4], attrs: { strides: 1, pad: 'same', dilations: [2, 3] } },
  ],
];

describe('Conv2D and its gradients', () => {
  it.each(calls)('are as in tfjs, %s', (_, call) => compareAll(FULL, call));

  it.each(calls.filter(([, { attrs }]) => !Array.isArray(attrs.pad)))(
    'are as in tfjs, channels first, %s',
    (_, { x: [rows, height, width, channels], filter, attrs }) =>
      compareAll(FULL, {
        x: [rows, channels, height, width],
        filter,
        attrs: { ...attrs, dataFormat: 'NCHW' },
      }),
  );

  it('are as in tfjs for all sizes, strides and paddings', async () => {
    const small = fc.integer({ min: 1, max: 3 });
    const size = fc.integer({ min: 3, max: 7 });
    const call = fc.tuple(
      fc.tuple(small, size, size, small),
      fc.tuple(small, small, small),
      fc.tuple(small, small),
      fc.constantFrom('valid' as const, 'same' as const),
    );
    await fc.assert(
      fc.asyncProperty(call, ([x, [height, width, outputs], strides, pad]) =>
        compareAll(FULL, { x, filter: [height, width, x[3], outputs], attrs: { strides, pad } }),
      ),
      { numRuns: 40, seed: 1 },
    );
  });
});

describe('DepthwiseConv2dNative and its gradients', () => {
  it.each(calls)('are as in tfjs, %s', (_, call) => compareAll(DEPTHWISE, call));

  it('are as in tfjs with one filter a channel', () =>
    compareAll(DEPTHWISE, { x: [2, 5, 5, 4], filter: [3, 3, 4, 1], attrs: { strides: 1, pad: 'same' } }));
});

describe.each(['FusedConv2D', 'FusedDepthwiseConv2D'])('%s', (kernel) => {
  const outputs = kernel === 'FusedConv2D' ? 4 : 12;
  const attrs = { strides: 1, pad: 'same', dataFormat: 'NHWC', dilations: 1, leakyreluAlpha: 0.3 };
  const image = () => ({ x: tf.randomNormal([2, 5, 4, 3]), filter: tf.randomNormal([2, 3, 3, 4]) });

  it.each(['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'])(
    'adds a bias and applies %s',
    (activation) =>
      compare(kernel, { ...image(), bias: tf.randomNormal([outputs]) }, { ...attrs, activation }),
  );

  it('applies prelu with a slope for each channel', () =>
    compare(
      kernel,
      { ...image(), bias: tf.randomNormal([outputs]), preluActivationWeights: tf.randomNormal([outputs]) },
      { ...attrs, activation: 'prelu' },
    ));

  it('works without a bias', () => compare(kernel, image(), { ...attrs, activation: 'relu' }));
});

describe('a convolution', () => {
  const reason = (kernel: string, inputs: Record<string, tf.Tensor>, attrs: object) =>
    reasonAgainst(kernel, convolutions, inputs, attrs);
  const x = () => tf.randomNormal([1, 6, 6, 2]);
  const filter = () => tf.randomNormal([3, 2, 2, 3]);

  it('of integers is left to the host', () => {
    const attrs = { strides: 1, pad: 'valid' };
    expect(reason('Conv2D', { x: tf.cast(x(), 'int32'), filter: filter() }, attrs)).toBe('of integers');
  });

  it('is left to the host where tfjs makes fewer windows than fit', () => {
    const attrs = { strides: [2, 1], pad: 1 };
    expect(reason('Conv2D', { x: x(), filter: filter() }, attrs)).toBe('with fewer windows than fit');
  });

  it('is left to the host where the gradient does not have the shape of its output', () => {
    const attrs = { strides: 1, pad: 'valid', inputShape: [1, 6, 6, 2] };
    const dy = tf.zeros([1, 6, 6, 3]);
    expect(reason('Conv2DBackpropInput', { dy, filter: filter() }, attrs)).toBe(
      'of a gradient that is not of the output’s shape',
    );
  });
});
