import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../../test/backends.ts';
import { expectClose } from '../../test/close.ts';
import { manualSeed } from '../random/default-generator.ts';
import { Dropout } from './dropout.ts';

onEachBackend(() => {
  describe('Dropout', () => {
    it('zeroes about the fraction p and scales the rest by 1/(1 − p)', async () => {
      manualSeed(1);
      const values = await new Dropout({ p: 0.3 }).forward(tf.ones([100, 100])).data();
      const kept = values.filter((value) => value !== 0);
      expect(kept.length / values.length).toBeGreaterThan(0.68);
      expect(kept.length / values.length).toBeLessThan(0.72);
      expect(kept.every((value) => Math.abs(value - 1 / 0.7) < 1e-6)).toBe(true);
    });

    it('draws another mask at each call, and the same ones again from the same seed', async () => {
      const dropout = new Dropout();
      const draw = async () => String(await dropout.forward(tf.ones([64])).data());
      manualSeed(9);
      const [first, second] = [await draw(), await draw()];
      expect(second).not.toBe(first);
      manualSeed(9);
      expect([await draw(), await draw()]).toEqual([first, second]);
    });

    it('passes the gradient through the mask of its forward pass', async () => {
      const dropout = new Dropout({ p: 0.4 });
      const x = tf.ones([50]);
      manualSeed(3);
      const gradient = tf.grad((y) => tf.sum(dropout.forward(y)))(x);
      manualSeed(3);
      await expectClose(gradient, dropout.forward(x));
    });

    it('is the identity in evaluation and with p 0, and zero with p 1', async () => {
      const x = tf.tensor1d([1, -2, 3]);
      await expectClose(new Dropout({ p: 0.9 }).eval().forward(x), x);
      await expectClose(new Dropout({ p: 0 }).forward(x), x);
      await expectClose(new Dropout({ p: 1 }).forward(x), [0, 0, 0]);
    });

    it('returns its own tensor, which can be disposed apart from its input', () => {
      const x = tf.tensor1d([1]);
      const before = tf.memory().numTensors;
      for (const dropout of [new Dropout(), new Dropout().eval()]) dropout.forward(x).dispose();
      expect(x.isDisposed).toBe(false);
      expect(tf.memory().numTensors).toBe(before);
    });

    it.each([-0.1, 1.5, Number.NaN])('refuses p = %d', (p) => {
      expect(() => new Dropout({ p })).toThrow(`Dropout: p is ${p}; expected a probability in [0, 1]`);
    });
  });
});
