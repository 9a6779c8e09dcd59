import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { compareWithTfjs, reasonAgainst } from '../../test/compare-with-tfjs.ts';
import { arrange } from './arrange.ts';
import { image } from './image.ts';

const compare = (kernel: string, inputs: Record<string, tf.Tensor>, attrs: object = {}): Promise<void> =>
  compareWithTfjs(kernel, [...image, ...arrange], inputs, attrs);

beforeAll(() => tf.setBackend('cpu'));

describe.each(['float32', 'int32', 'bool'] as const)('an image of %s', (dtype) => {
  const x = () => tf.cast(tf.greater(tf.randomNormal([4, 4, 6, 8]), 0), dtype);

  it('is flipped left to right', () => compare('FlipLeftRight', { image: x() }));

  it('has depth moved to space', () =>
    compare('DepthToSpace', { x: x() }, { blockSize: 2, dataFormat: 'NHWC' }));

  it('has its batch moved to space, and is cropped', () =>
    compare(
      'BatchToSpaceND',
      { x: x() },
      {
        blockShape: [2, 2],
        crops: [
          [0, 1],
          [2, 0],
        ],
      },
    ));

  it('is padded, and has space moved to its batch', () =>
    compare(
      'SpaceToBatchND',
      { x: x() },
      {
        blockShape: [2, 3],
        paddings: [
          [1, 1],
          [2, 1],
        ],
      },
    ));

  it('is padded by its reflection', () =>
    compare(
      'MirrorPad',
      { x: x() },
      {
        paddings: [
          [0, 0],
          [3, 1],
          [2, 5],
          [0, 0],
        ],
        mode: 'reflect',
      },
    ));
});

describe('SpaceToBatchND and BatchToSpaceND', () => {
  it('move blocks of any number of axes', async () => {
    const block = fc.integer({ min: 1, max: 3 });
    const call = fc.tuple(fc.array(fc.tuple(block, block), { minLength: 1, maxLength: 3 }), block, block);
    await fc.assert(
      fc.asyncProperty(call, async ([axes, rows, depth]) => {
        const blockShape = axes.map(([size]) => size);
        const apart = tf.randomNormal([
          blockShape.reduce((product, size) => product * size, rows),
          ...axes.map(([, length]) => length),
          depth,
        ]);
        const crops = axes.map(() => [0, 0]);
        await compare('BatchToSpaceND', { x: apart }, { blockShape, crops });
        const whole = tf.randomNormal([rows, ...axes.map(([size, length]) => size * length), depth]);
        await compare('SpaceToBatchND', { x: whole }, { blockShape, paddings: crops });
      }),
      { numRuns: 30, seed: 1 },
    );
  });
});

describe('FusedBatchNorm', () => {
  const perChannel = () => tf.randomUniform([3], 0.5, 1.5);
  const inputs = () => ({ x: tf.randomNormal([2, 4, 5, 3]), mean: perChannel(), variance: perChannel() });

  it.each([
    ['bare', () => ({})],
    ['with a scale', () => ({ scale: perChannel() })],
    ['with an offset', () => ({ offset: perChannel() })],
    ['with both', () => ({ scale: perChannel(), offset: perChannel() })],
  ])('is as in tfjs, %s', (_, more) =>
    compare('FusedBatchNorm', { ...inputs(), ...more() }, { varianceEpsilon: 0.01 }),
  );

  it('takes statistics of the image’s own shape', () => {
    const one = () => tf.randomUniform([1, 2, 2, 3], 0.5, 1.5);
    return compare('FusedBatchNorm', { x: one(), mean: one(), variance: one() }, { varianceEpsilon: 0.01 });
  });
});

it('says why DepthToSpace and MirrorPad leave a call to the host', () => {
  const x = tf.zeros([1, 4, 4, 4]);
  expect(reasonAgainst('DepthToSpace', image, { x }, { blockSize: 2, dataFormat: 'NCHW' })).toBe('NCHW');
  expect(reasonAgainst('MirrorPad', arrange, { x }, { mode: 'symmetric' })).toBe('symmetric');
});
