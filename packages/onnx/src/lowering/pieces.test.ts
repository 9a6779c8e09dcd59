import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { compareWithTfjs } from '../../test/compare-with-tfjs.ts';
import { lowerings } from './lowerings.ts';
import { matMul } from './mat-mul.ts';
import { piecesOf } from './pieces.ts';

const ramp = (...shape: number[]): tf.Tensor =>
  tf.reshape(tf.sin(tf.range(0, tf.util.sizeFromShape(shape))), shape);

const structureOf = (m: number, k: number, n: number): unknown =>
  lowerings.get(tf.BatchMatMul)!.structure!(
    { a: { shape: [m, k], dtype: 'float32' }, b: { shape: [k, n], dtype: 'float32' } },
    { transposeA: false, transposeB: false },
  );

describe('a long contraction', () => {
  it('is cut into pieces that divide it, longer ones where the result is large', () => {
    expect(piecesOf(25_600, 1)).toEqual({
      pieces: { padded: false },
      numbers: [{ type: 'int64', values: [100, 256], rank: 1 }],
    });
    expect(piecesOf(25_600, 1000).numbers[0]!.values).toEqual([8, 3200]);
    expect(piecesOf(1_000_000, 1, 1000).numbers[0]!.values).toEqual([1_000_000, 1]);
  });

  it('is filled up with zeros where nothing divides it', () => {
    expect(piecesOf(20_011, 1)).toEqual({
      pieces: { padded: true },
      numbers: [
        { type: 'int64', values: [79, 256], rank: 1 },
        { type: 'int64', values: [0, 213], rank: 1 },
      ],
    });
  });

  it('has one structure for all sizes that divide, and one for those that do not', () => {
    expect(structureOf(8, 20_000, 8)).toEqual(structureOf(3, 64_000, 700));
    expect(structureOf(8, 20_011, 8)).toEqual(structureOf(3, 4_000_037, 700));
    expect(structureOf(8, 20_000, 8)).not.toEqual(structureOf(8, 16_384, 8));
    expect(structureOf(1, 4_100, 8)).not.toEqual(structureOf(1, 4_096, 8));
  });

  it.each([17_000, 17_011])('of %i equals tfjs’s in every layout', async (k) => {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        for (const [batchA, batchB] of [
          [[], []],
          [[2], [2]],
          [[2], [1]],
          [[2, 3], [3]],
        ] as const) {
          const a = ramp(...batchA, ...(transposeA ? [k, 4] : [4, k]));
          const b = ramp(...batchB, ...(transposeB ? [5, k] : [k, 5]));
          await compareWithTfjs(
            tf.BatchMatMul,
            matMul,
            { a, b },
            { transposeA, transposeB },
            { tolerance: 1e-4 },
          );
        }
      }
    }
  });
});
