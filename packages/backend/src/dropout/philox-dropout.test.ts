import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import '#tfjs-gradients';
import { philox4x32 } from '../random/philox.ts';
import type { PhiloxDropoutAttrs } from './contract.ts';
import { philoxDropout } from './philox-dropout.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const attrs = (p: number, offset = 0): PhiloxDropoutAttrs => ({ p, seed: [5, 6], offset: [offset, 9] });

describe('philoxDropout', () => {
  it('keeps exactly the elements whose Philox word reaches p · 2³², divided by 1 − p', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        (size, p) => {
          tf.tidy(() => {
            const y = philoxDropout(tf.ones([size]), attrs(p)).dataSync();
            y.forEach((value, i) => {
              const word = philox4x32([5, 6], [Math.floor(i / 4), 0, 0, 9])[i % 4]!;
              expect(value).toBe(word >= Math.floor(p * 2 ** 32) ? Math.fround(1 / (1 - p)) : 0);
            });
          });
        },
      ),
    );
  });

  it('is the identity at p = 0 and gives zeros at p = 1', () => {
    tf.tidy(() => {
      expect([...philoxDropout(tf.tensor1d([1, 2, 3]), attrs(0)).dataSync()]).toEqual([1, 2, 3]);
      expect([...philoxDropout(tf.tensor1d([1, 2, 3]), attrs(1)).dataSync()]).toEqual([0, 0, 0]);
    });
  });

  it('draws a different mask at a different offset', () => {
    tf.tidy(() => {
      const x = tf.ones([1000]);
      const [a, b] = [0, 1].map((offset) => philoxDropout(x, attrs(0.5, offset)).dataSync());
      const same = [...a!].filter((value, i) => value === b![i]).length;
      expect(same).toBeGreaterThan(400);
      expect(same).toBeLessThan(600);
    });
  });

  it('sends the gradient through the same mask', () => {
    tf.tidy(() => {
      const x = tf.ones([64]);
      const dx = tf.grad((input) => tf.sum(tf.mul(philoxDropout(input, attrs(0.4)), 3)))(x);
      const expected = tf.mul(philoxDropout(x, attrs(0.4)), 3);
      expect([...dx.dataSync()]).toEqual([...expected.dataSync()]);
    });
  });

  it('refuses a p outside [0, 1]', () => {
    expect(() => philoxDropout(tf.ones([1]), attrs(1.5))).toThrow(
      'p is 1.5; expected a probability in [0, 1]',
    );
  });
});
