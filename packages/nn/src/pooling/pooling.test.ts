import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../../test/backends.ts';
import { expectClose } from '../../test/close.ts';
import { expectFiniteDifferences, sequence } from '../../test/gradients.ts';
import { AvgPool1d, AvgPool2d } from './avg-pool.ts';
import { MaxPool1d, MaxPool2d } from './max-pool.ts';

const anyPooling = fc
  .record({
    kernelSize: fc.integer({ min: 1, max: 4 }),
    stride: fc.integer({ min: 1, max: 4 }),
    halfPadded: fc.boolean(),
    dilation: fc.integer({ min: 1, max: 2 }),
    ceilMode: fc.boolean(),
    size: fc.integer({ min: 8, max: 11 }),
  })
  .map(({ halfPadded, size, ...rest }) => ({
    size,
    options: { ...rest, padding: halfPadded ? Math.floor(rest.kernelSize / 2) : 0 },
  }));

onEachBackend(() => {
  describe('pooling', () => {
    it('is the largest element or the mean of each window', () =>
      fc.assert(
        fc.asyncProperty(anyPooling, async ({ size, options }) => {
          const { kernelSize, stride, padding, dilation, ceilMode } = options;
          const x = sequence(2, size);
          const rows = (await x.array()) as number[][];
          const windows = (spread: number) => {
            const steps = (size + 2 * padding - spread * (kernelSize - 1) - 1) / stride;
            const count = (ceilMode ? Math.ceil(steps) : Math.floor(steps)) + 1;
            const starts = Array.from({ length: count }, (_, i) => i * stride - padding);
            return rows.map((row) =>
              starts
                .filter((start) => start < size)
                .map((start) =>
                  Array.from({ length: kernelSize }, (_, k) => row[start + k * spread]).filter(
                    (value) => value !== undefined,
                  ),
                ),
            );
          };
          await expectClose(
            new MaxPool1d(options).forward(x),
            windows(dilation).map((row) => row.map((window) => Math.max(...window))),
          );
          const { dilation: _, ...average } = options;
          await expectClose(
            new AvgPool1d({ ...average, countIncludePad: false }).forward(x),
            windows(1).map((row) => row.map((w) => w.reduce((sum, value) => sum + value, 0) / w.length)),
          );
        }),
        { numRuns: 40 },
      ));

    it('has the gradient of its finite differences', async () => {
      await expectFiniteDifferences(
        (x) => new AvgPool2d({ kernelSize: 2, padding: 1 }).forward(x),
        sequence(2, 3, 3),
      );
      await expectFiniteDifferences(
        (x) => new MaxPool2d({ kernelSize: 2, stride: 1 }).forward(x),
        sequence(1, 4, 4),
      );
    });

    it('for the maximum, the gradient goes to the first of several equal elements', () => {
      const pool = new MaxPool1d({ kernelSize: 3 });
      return expectClose(
        tf.grad((x) => pool.forward(x))(tf.tensor2d([[0, 0, 0, 1, 2, 2]])),
        [1, 0, 0, 0, 1, 0],
      );
    });

    // x = torch.tensor([[nan, 1, nan, 2, 3, 4, 5, nan, 1, 3, 3, 2]], requires_grad=True); F.max_pool1d(x, 4).sum().backward()
    it('NaN is the largest, and the last NaN has the gradient, as PyTorch', async () => {
      const pool = new MaxPool1d({ kernelSize: 4 });
      const x = tf.tensor2d([[Number.NaN, 1, Number.NaN, 2, 3, 4, 5, Number.NaN, 1, 3, 3, 2]]);
      expect([...(await pool.forward(x).data())]).toEqual([Number.NaN, Number.NaN, 3]);
      await expectClose(tf.grad((y) => pool.forward(y))(x), [0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0]);
    });

    // nn.AvgPool1d(3, stride=2, ceil_mode=True, padding=1)(torch.arange(6.)[None])
    it('the mean counts padding, but not the places of a last window beyond it, as PyTorch', async () => {
      const x = tf.tensor2d([[0, 1, 2, 3, 4, 5]]);
      const options = { kernelSize: 3, stride: 2, padding: 1, ceilMode: true };
      await expectClose(new AvgPool1d(options).forward(x), [1 / 3, 2, 4, 2.5]);
      await expectClose(new AvgPool1d({ ...options, countIncludePad: false }).forward(x), [0.5, 2, 4, 5]);
      const overridden = new AvgPool2d({ kernelSize: [1, 2], divisorOverride: -4 });
      await expectClose(overridden.forward(tf.expandDims(x)), [-0.25, -1.25, -2.25]);
    });

    it('refuses an axis without elements, padded or not', () => {
      const pools = [
        new MaxPool2d({ kernelSize: 2, padding: 1 }),
        new AvgPool2d({ kernelSize: 2, padding: 1 }),
      ];
      for (const pool of pools) {
        expect(() => pool.forward(tf.zeros([2, 3, 0, 4]))).toThrow(
          'Pool2d.forward: input has 0 elements in axis 2 (shape [2, 3, 0, 4]); expected at least 1',
        );
      }
    });

    it('gives an empty output for an empty batch', () => {
      expect(new MaxPool1d({ kernelSize: 2 }).forward(tf.zeros([0, 2, 5])).shape).toEqual([0, 2, 2]);
      expect(new AvgPool2d({ kernelSize: 2 }).forward(tf.zeros([0, 2, 5, 4])).shape).toEqual([0, 2, 2, 2]);
    });

    it('leaves no tensor behind', () => {
      const x = sequence(2, 4, 4);
      const before = tf.memory().numTensors;
      for (const pool of [new MaxPool2d({ kernelSize: 2 }), new AvgPool2d({ kernelSize: 2 })]) {
        pool.forward(x).dispose();
        tf.grad((y) => pool.forward(y))(x).dispose();
      }
      expect(tf.memory().numTensors).toBe(before);
    });

    it('says what does not fit', () => {
      expect(() => new MaxPool1d({ kernelSize: 3, padding: 2 })).toThrow(
        'MaxPool1d: padding is 2; expected at most half of kernelSize, which is 3',
      );
      expect(() => new AvgPool2d({ kernelSize: 2, divisorOverride: 0 })).toThrow(
        'AvgPool2d: divisorOverride is 0; expected a whole number other than 0',
      );
      expect(() => new MaxPool2d({ kernelSize: 3 }).forward(tf.zeros([4, 3]))).toThrow(
        'MaxPool2d.forward: input has shape [4, 3]; expected [N, C, H, W] or [C, H, W]',
      );
      expect(() => new AvgPool1d({ kernelSize: 3 }).forward(tf.zeros([4, 2]))).toThrow(
        'AvgPool1d.forward: input has 2 elements in axis 1, padding counted (shape [4, 2]); a window reaches over 3',
      );
    });
  });
});
