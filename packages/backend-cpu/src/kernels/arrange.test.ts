import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisSize, expectAsTfjs, useCpuBackend } from '../../test/as-tfjs.ts';
import { BACKEND_NAME } from '../name.ts';

useCpuBackend();

describe('kernels that move elements equal tfjs-backend-cpu', () => {
  const shape = fc.array(axisSize, { minLength: 1, maxLength: 4 });
  const counted = (dims: readonly number[], dtype: 'float32' | 'int32' | 'bool' = 'float32') =>
    tf.cast(tf.reshape(tf.range(0, tf.util.sizeFromShape(dims as number[])), dims as number[]), dtype);
  const dtype = fc.constantFrom('float32' as const, 'int32' as const, 'bool' as const);

  it('concat, along any axis', () => {
    fc.assert(
      fc.property(
        shape,
        fc.nat(3),
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 }),
        dtype,
        (dims, at, sizes, type) => {
          const axis = at % dims.length;
          expectAsTfjs(() =>
            tf.concat(
              sizes.map((size) => counted(dims.with(axis, size), type)),
              axis,
            ),
          );
        },
      ),
    );
  });

  it('stack and unstack, along any axis', () => {
    fc.assert(
      fc.property(shape, fc.nat(4), fc.integer({ min: 1, max: 4 }), dtype, (dims, at, count, type) => {
        expectAsTfjs(() =>
          tf.stack(
            Array.from({ length: count }, () => counted(dims, type)),
            at % (dims.length + 1),
          ),
        );
        expectAsTfjs(() => tf.unstack(counted(dims, type), at % dims.length));
      }),
    );
  });

  it('split, into parts of any size', () => {
    fc.assert(
      fc.property(
        shape,
        fc.nat(3),
        fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 }),
        dtype,
        (dims, at, sizes, type) => {
          const axis = at % dims.length;
          const whole = dims.with(
            axis,
            sizes.reduce((a, b) => a + b),
          );
          expectAsTfjs(() => tf.split(counted(whole, type), sizes, axis));
        },
      ),
    );
  });

  it('slice, at any position', () => {
    const window = shape.chain((dims) =>
      fc.tuple(
        fc.constant(dims),
        fc.tuple(
          ...dims.map((size) =>
            fc
              .tuple(fc.nat(size - 1), fc.nat(size))
              .map(([begin, length]) => [begin, Math.min(length, size - begin)] as const),
          ),
        ),
      ),
    );
    fc.assert(
      fc.property(window, dtype, ([dims, ranges], type) => {
        expectAsTfjs(() =>
          tf.slice(
            counted(dims, type),
            ranges.map(([begin]) => begin),
            ranges.map(([, size]) => size),
          ),
        );
      }),
    );
  });

  it('transpose, by any permutation', () => {
    const permuted = shape.chain((dims) =>
      fc.tuple(
        fc.constant(dims),
        fc.shuffledSubarray(
          dims.map((_, axis) => axis),
          { minLength: dims.length },
        ),
      ),
    );
    fc.assert(
      fc.property(permuted, dtype, ([dims, perm], type) =>
        expectAsTfjs(() => tf.transpose(counted(dims, type), perm)),
      ),
    );
    expectAsTfjs(() => tf.transpose(counted([130, 257])));
  });

  it('gather, along any axis', () => {
    fc.assert(
      fc.property(
        shape,
        fc.nat(3),
        fc.array(fc.nat(100), { minLength: 1, maxLength: 6 }),
        dtype,
        (dims, at, picks, type) => {
          const axis = at % dims.length;
          const indices = picks.map((pick) => pick % dims[axis]!);
          expectAsTfjs(() => tf.gather(counted(dims, type), tf.tensor1d(indices, 'int32'), axis));
        },
      ),
    );
  });

  it('names an index that is out of range for gather', () => {
    tf.setBackend(BACKEND_NAME);
    expect(() => tf.gather(tf.zeros([3, 2]), tf.tensor1d([0, 5], 'int32'))).toThrow(
      'GatherV2: the index value 5 is not in [0, 2] (indices[1])',
    );
  });

  it('unsortedSegmentSum, dropping ids that are not a segment', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1, max: 4 }), { minLength: 1, maxLength: 20 }),
        axisSize,
        (ids, width) => {
          expectAsTfjs(() =>
            tf.unsortedSegmentSum(counted([ids.length, width]), tf.tensor1d(ids, 'int32'), 4),
          );
        },
      ),
    );
  });
});
