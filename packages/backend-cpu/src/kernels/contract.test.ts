import * as tf from '@tensorflow/tfjs-core';
import { type AttrsOf, dropoutMask } from '@unroll/backend/contract';
import {
  adagradStep,
  adamStep,
  crossEntropyRows,
  globalNorm,
  philoxDropout,
  rmspropStep,
  scaleTensors,
  sgdStep,
  zeroPadding,
} from '@unroll/backend/operations';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectAsTfjs, fillShape, number, useCpuBackend } from '../../test/as-tfjs.ts';
import { BACKEND_NAME } from '../name.ts';

useCpuBackend();

describe('contract kernels equal the portable ones', () => {
  const small = fc.float({ min: -3, max: 3, noNaN: true });

  it('cross-entropy and its gradient', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(5), { minLength: 1, maxLength: 6 }),
        fc.array(small, { minLength: 1, maxLength: 40 }),
        fc.constantFrom(0, 0.2, 1),
        fc.boolean(),
        (targets, values, labelSmoothing, weighted) => {
          // Class 5 is ignored.
          expectAsTfjs(
            () => {
              const target = tf.tensor1d(targets, 'int32');
              const weight = weighted ? tf.tensor1d([1, 0.5, 2, 3, 0]) : undefined;
              const attrs = { ignoreIndex: 5, labelSmoothing };
              const logits = fillShape([targets.length, 5], values) as tf.Tensor2D;
              const { loss, rowWeight } = crossEntropyRows({ logits, target, weight }, attrs);
              const gradient = tf.grad((x) =>
                tf.sum(tf.square(crossEntropyRows({ logits: x as tf.Tensor2D, target, weight }, attrs).loss)),
              )(logits);
              return [loss, rowWeight, gradient];
            },
            1e-4,
            1e-5,
          );
        },
      ),
    );
  });

  it('names the row whose target is not a class', () => {
    tf.setBackend(BACKEND_NAME);
    const target = tf.tensor1d([0, 9], 'int32');
    expect(() => crossEntropyRows({ logits: tf.zeros([2, 3]), target })).toThrow(
      'crossEntropy: target holds 9 in row 1; expected classes 0 to 2 (or ignoreIndex, -100)',
    );
  });

  it('dropout, bit by bit', () => {
    tf.setBackend(BACKEND_NAME);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 70_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(0xffffffff),
        fc.nat(0xffffffff),
        (size, p, key, call) => {
          const attrs = { p, seed: [key, 7], offset: [call, 1] } as const;
          const y = tf.tidy(() => philoxDropout(tf.ones([size]), attrs).dataSync());
          expect(y).toEqual(dropoutMask(size, attrs));
        },
      ),
      { numRuns: 20 },
    );
  });

  it('optimizer steps, with every option', () => {
    const size = 37;
    const wave = (phase: number) => tf.sin(tf.add(tf.range(0, size), phase));
    const positive = (phase: number) => tf.square(wave(phase));
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom(0, 0.1),
        (first, second, maximize, weightDecay) => {
          const common = { lr: 0.1, weightDecay, maximize };
          const inputs = () => ({ param: wave(0), grad: wave(1) });
          expectAsTfjs(
            () =>
              sgdStep(
                { ...inputs(), ...(first && { momentumBuffer: wave(2) }) },
                { ...common, momentum: 0.9, dampening: 0.3, nesterov: second },
              ),
            1e-5,
          );
          expectAsTfjs(
            () => sgdStep(inputs(), { ...common, momentum: 0, dampening: 0, nesterov: false }),
            1e-5,
          );
          const adam: AttrsOf<'AdamStep'> = {
            ...common,
            beta1: 0.9,
            beta2: 0.99,
            eps: 1e-8,
            decoupledWeightDecay: second,
            step: 3,
          };
          expectAsTfjs(
            () =>
              adamStep(
                {
                  ...inputs(),
                  expAvg: wave(2),
                  expAvgSq: positive(3),
                  ...(first && { maxExpAvgSq: positive(4) }),
                },
                adam,
              ),
            1e-4,
          );
          expectAsTfjs(
            () =>
              rmspropStep(
                {
                  ...inputs(),
                  squareAvg: positive(2),
                  ...(first && { momentumBuffer: wave(3) }),
                  ...(second && { gradAvg: tf.mul(wave(4), 0.01) }),
                },
                { ...common, alpha: 0.9, eps: 1e-2, momentum: first ? 0.5 : 0 },
              ),
            1e-4,
          );
          expectAsTfjs(() => adagradStep({ ...inputs(), sum: positive(2) }, { ...common, eps: 1e-10 }), 1e-4);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('the scaling of several tensors', () => {
    expectAsTfjs(() => scaleTensors([tf.range(0, 1000), tf.ones([3, 5]), tf.scalar(2)], tf.scalar(0.3)));
  });

  it('zeroes past the end of each row', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 5 }),
        fc.array(number, { minLength: 1, maxLength: 9 }),
        (lengths, values) => {
          expectAsTfjs(() =>
            zeroPadding(fillShape([5, lengths.length, 3], values), tf.tensor1d(lengths, 'int32')),
          );
        },
      ),
    );
  });

  it('the norm over several tensors', () => {
    expectAsTfjs(() => globalNorm([tf.range(0, 1000), tf.ones([3, 5]), tf.scalar(2)]), 1e-6);
  });
});
