import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkFinite, clipGradNorm, clipGradValue } from './index.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const gradients = () => ({ a: tf.tensor1d([3, -4]), b: tf.tensor1d([12]) });
const flat = (grads: tf.NamedTensorMap) => Object.values(grads).flatMap((grad) => [...grad.dataSync()]);

describe('clipGradNorm', () => {
  // torch.nn.utils.clip_grad_norm_([a, b], maxNorm, normType) of PyTorch 1.13.1, a.grad = [3, −4], b.grad = [12]
  it.each([
    [1, 2, [13, 0.2307692, -0.3076923, 0.9230769]],
    [1, Number.POSITIVE_INFINITY, [12, 0.25, -0.3333333, 0.9999999]],
    [2, 3, [12.20706, 0.4915189, -0.6553586, 1.966076]],
    [1, 1, [19, 0.1578947, -0.2105263, 0.6315789]],
    [13, 2, [13, 3, -4, 12]],
  ])("to %d with norm type %d is PyTorch's", (maxNorm, normType, expected) => {
    tf.tidy(() => {
      const { grads, totalNorm } = clipGradNorm(gradients(), maxNorm, { normType });
      [totalNorm.dataSync()[0]!, ...flat(grads)].forEach((value, i) => {
        expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5);
      });
    });
  });

  it('never makes the norm larger than asked, and leaves small gradients as they are', () => {
    const value = fc.double({ min: -50, max: 50, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 8 }),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        (values, maxNorm) => {
          tf.tidy(() => {
            const { grads, totalNorm } = clipGradNorm({ g: tf.tensor1d(values) }, maxNorm);
            const clipped = flat(grads);
            expect(Math.hypot(...clipped)).toBeLessThanOrEqual(maxNorm * (1 + 1e-6));
            if (totalNorm.dataSync()[0]! + 1e-5 < maxNorm) {
              clipped.forEach((v, i) => {
                expect(v).toBe(Math.fround(values[i]!));
              });
            }
          });
        },
      ),
    );
  });

  it('takes and returns a Map, and leaves no tensor but its results', () => {
    const variable = tf.tidy(() => tf.variable(tf.ones([2])));
    const gradient = tf.tensor1d([30, 40]);
    const before = tf.memory().numTensors;
    const { grads, totalNorm } = clipGradNorm(new Map([[variable, gradient]]), 5);
    expect(tf.memory().numTensors).toBe(before + 2);
    expect(grads.get(variable)!.dataSync()[1]).toBeCloseTo(4, 5);
    expect(gradient.isDisposed).toBe(false);
    tf.dispose([totalNorm, gradient, grads.get(variable)!]);
    variable.dispose();
  });

  it('gives 0 for no gradients, and passes over nulls', () => {
    tf.tidy(() => {
      expect(clipGradNorm({}, 1).totalNorm.dataSync()[0]).toBe(0);
      const frozen = { a: null as unknown as tf.Tensor, b: tf.tensor1d([2]) };
      const { grads, totalNorm } = clipGradNorm(frozen, 1);
      expect(totalNorm.dataSync()[0]).toBe(2);
      expect(grads.a).toBeNull();
    });
  });

  it('refuses a negative norm and a norm type of 0', () => {
    expect(() => clipGradNorm({}, -1)).toThrow(
      'clipGradNorm: maxNorm is -1; expected a number of at least 0',
    );
    expect(() => clipGradNorm({}, 1, { normType: 0 })).toThrow('clipGradNorm: normType is 0');
  });
});

describe('clipGradValue', () => {
  it('limits every element', () => {
    tf.tidy(() => {
      expect(flat(clipGradValue(gradients(), 3.5))).toEqual([3, -3.5, 3.5]);
      expect(() => clipGradValue({}, -1)).toThrow('clipGradValue: clipValue is -1');
    });
  });
});

describe('checkFinite', () => {
  it('gives a finite norm and rejects another', async () => {
    expect(await checkFinite(tf.scalar(2))).toBe(2);
    await expect(checkFinite(tf.scalar(Number.NaN))).rejects.toThrow(
      'checkFinite: the norm of the gradients is NaN; expected a finite number',
    );
  });
});
