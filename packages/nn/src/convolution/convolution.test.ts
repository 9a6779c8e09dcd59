import * as tf from '@tensorflow/tfjs-core';
import { compile } from '@unroll/backend';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../../test/backends.ts';
import { expectClose } from '../../test/close.ts';
import { expectFiniteDifferences, sequence } from '../../test/gradients.ts';
import { manualSeed } from '../random/default-generator.ts';
import { Conv1d, type Conv1dOptions } from './conv1d.ts';
import { Conv2d } from './conv2d.ts';

type Cube = number[][][];

/** The formula in the doc comment, term by term, with zeros for padding. */
function byHand(conv: Conv1d, x: Cube, weight: Cube, bias: number[]): Cube {
  const [kernel, stride, dilation] = [conv.kernelSize[0]!, conv.stride[0]!, conv.dilation[0]!];
  const padding = (conv.padding as number[])[0]!;
  const perGroup = conv.inChannels / conv.groups;
  return x.map((channels) =>
    weight.map((filter, o) => {
      const first = Math.floor(o / (conv.outChannels / conv.groups)) * perGroup;
      const length = channels[0]!.length;
      const count = Math.floor((length + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;
      return Array.from({ length: count }, (_, t) => {
        let total = bias[o]!;
        for (let c = 0; c < perGroup; c++) {
          for (let k = 0; k < kernel; k++) {
            total += filter[c]![k]! * (channels[first + c]![stride * t + dilation * k - padding] ?? 0);
          }
        }
        return total;
      });
    }),
  );
}

const anyConvolution = fc
  .record({
    groups: fc.integer({ min: 1, max: 3 }),
    inputs: fc.integer({ min: 1, max: 2 }),
    outputs: fc.integer({ min: 1, max: 2 }),
    kernelSize: fc.integer({ min: 1, max: 3 }),
    stride: fc.integer({ min: 1, max: 3 }),
    padding: fc.integer({ min: 0, max: 3 }),
    dilation: fc.integer({ min: 1, max: 2 }),
    rows: fc.integer({ min: 1, max: 2 }),
    length: fc.integer({ min: 5, max: 9 }),
  })
  .map(({ groups, inputs, outputs, rows, length, ...rest }) => ({
    options: { groups, inChannels: groups * inputs, outChannels: groups * outputs, ...rest },
    shape: [rows, groups * inputs, length],
  }));

const conv1d = (options: Partial<Conv1dOptions> = {}) =>
  new Conv1d({ inChannels: 2, outChannels: 3, kernelSize: 3, ...options });

onEachBackend(() => {
  describe('a convolution', () => {
    it('is the sum of products with each window, for any stride, padding, dilation and groups', () =>
      fc.assert(
        fc.asyncProperty(anyConvolution, async ({ options, shape }) => {
          using conv = new Conv1d(options);
          const x = sequence(...shape);
          const weight = (await conv.weight.array()) as Cube;
          const bias = (await conv.bias!.array()) as number[];
          const expected = byHand(conv, (await x.array()) as Cube, weight, bias);
          const actual = conv.forward(x);
          expect(actual.shape).toEqual([expected.length, expected[0]!.length, expected[0]![0]!.length]);
          await expectClose(actual, expected);
        }),
        { numRuns: 30 },
      ));

    it.each(['zeros', 'reflect', 'replicate', 'circular'] as const)(
      'has the gradient that finite differences give, in padding mode %s',
      async (paddingMode) => {
        using conv = conv1d({ padding: 2, stride: 2, paddingMode });
        await expectFiniteDifferences((x) => conv.forward(x), sequence(2, 2, 5));
        using images = new Conv2d({
          inChannels: 2,
          outChannels: 2,
          kernelSize: [2, 3],
          padding: 1,
          groups: 2,
          paddingMode,
        });
        await expectFiniteDifferences((x) => images.forward(x), sequence(2, 3, 3));
      },
    );

    it("'same' keeps sizes, with the odd element of padding at the end, 'valid' pads nothing", async () => {
      using same = conv1d({ kernelSize: 4, padding: 'same', dilation: 3 });
      expect(same.forward(sequence(2, 2, 7)).shape).toEqual([2, 3, 7]);
      using one = new Conv1d({ inChannels: 1, outChannels: 1, kernelSize: 2, padding: 'same', bias: false });
      tf.tidy(() => one.weight.assign(tf.ones([1, 1, 2])));
      await expectClose(one.forward(tf.tensor2d([[1, 2, 4]])), [3, 6, 4]);
      using valid = conv1d({ padding: 'valid' });
      expect(valid.forward(sequence(2, 7)).shape).toEqual([3, 5]);
    });

    it('pads as its mode says', async () => {
      const identity = (paddingMode: 'reflect' | 'replicate' | 'circular') => {
        const conv = new Conv1d({
          inChannels: 1,
          outChannels: 1,
          kernelSize: 1,
          padding: 2,
          bias: false,
          paddingMode,
        });
        tf.tidy(() => conv.weight.assign(tf.ones([1, 1, 1])));
        return conv.forward(tf.tensor2d([[1, 2, 3]]));
      };
      await expectClose(identity('reflect'), [3, 2, 1, 2, 3, 2, 1]);
      await expectClose(identity('replicate'), [1, 1, 1, 2, 3, 3, 3]);
      await expectClose(identity('circular'), [2, 3, 1, 2, 3, 1, 2]);
    });

    it('gives an empty output for an empty batch, and gradients of 0', async () => {
      using conv = conv1d({ padding: 1 });
      expect(conv.forward(tf.zeros([0, 2, 5])).shape).toEqual([0, 3, 5]);
      const { grads } = tf.variableGrads(() => tf.sum(conv.forward(tf.zeros([0, 2, 5]))));
      await expectClose(grads[conv.weight.name]!, tf.zeros([3, 2, 3]));
    });

    it('draws weight and bias from U(±1/√(inChannels / groups · kernelSize)), under PyTorch’s keys', async () => {
      manualSeed(3);
      using conv = new Conv2d({ inChannels: 8, outChannels: 32, kernelSize: [2, 4], groups: 2 });
      expect(Object.entries(conv.stateDict()).map(([key, { shape }]) => [key, shape])).toEqual([
        ['weight', [32, 4, 2, 4]],
        ['bias', [32]],
      ]);
      const bound = 1 / Math.sqrt(32);
      for (const parameter of conv.parameters()) {
        const largest = Math.max(...(await parameter.data()).map(Math.abs));
        expect(largest).toBeLessThanOrEqual(bound);
        expect(largest).toBeGreaterThan(0.9 * bound);
      }
      using bare = conv1d({ bias: false });
      expect(Object.keys(bare.stateDict())).toEqual(['weight']);
    });

    it('gives the same when it is compiled, also for inputs of other sizes', async () => {
      using conv = conv1d({ padding: 1, stride: 2 });
      const compiled = compile((x: tf.Tensor) => conv.forward(x));
      for (const size of [5, 5, 5, 8, 8]) {
        const x = sequence(2, 2, size);
        await expectClose(compiled(x), conv.forward(x));
      }
    });

    it('leaves no tensor behind', () => {
      using conv = conv1d({ padding: 1, groups: 1 });
      const x = sequence(2, 2, 5);
      const before = tf.memory().numTensors;
      conv.forward(x).dispose();
      tf.dispose(tf.variableGrads(() => tf.sum(conv.forward(x))));
      expect(tf.memory().numTensors).toBe(before);
    });

    it('gives the same whatever the shape of the previous input', async () => {
      using used = new Conv2d({ inChannels: 1, outChannels: 2, kernelSize: 2 });
      for (const shape of [
        [1, 1, 2, 6],
        [1, 1, 3, 4],
        [2, 1, 3, 2],
        [1, 3, 4],
        [1, 1, 3, 4],
      ]) {
        using fresh = new Conv2d({ inChannels: 1, outChannels: 2, kernelSize: 2 });
        fresh.loadStateDict(used.stateDict());
        await expectClose(used.forward(sequence(...shape)), fresh.forward(sequence(...shape)), 1e-12);
      }
    });

    it('refuses an axis without elements, padded or not', () => {
      using conv = new Conv1d({ inChannels: 3, outChannels: 1, kernelSize: 2, padding: 1 });
      expect(() => conv.forward(tf.zeros([3, 0]))).toThrow(
        'Conv1d.forward: input has 0 elements in axis 1 (shape [3, 0]); expected at least 1',
      );
    });

    it('says what does not fit', () => {
      using conv = conv1d({ inChannels: 8 });
      expect(() => conv.forward(tf.zeros([4, 3, 6]))).toThrow(
        'Conv1d.forward: input has 3 features in its channel axis (shape [4, 3, 6]); inChannels is 8',
      );
      expect(() => conv.forward(tf.zeros([6]))).toThrow(
        'Conv1d.forward: input has shape [6]; expected [N, C, L] or [C, L]',
      );
      expect(() => conv.forward(tf.zeros([8, 2]))).toThrow(
        'Conv1d.forward: input has 2 elements in axis 1, padding counted (shape [8, 2]); a window reaches over 3',
      );
      expect(() => conv1d({ groups: 3 })).toThrow(
        'Conv1d: inChannels is 2; expected a multiple of groups, 3',
      );
      expect(() => conv1d({ groups: 2 })).toThrow(
        'Conv1d: outChannels is 3; expected a multiple of groups, 2',
      );
      expect(() => conv1d({ padding: 'same', stride: 2 })).toThrow(
        "Conv1d: padding is 'same'; expected numbers, as stride is 2",
      );
      expect(() => conv1d({ padding: -1 })).toThrow(
        'Conv1d: padding is -1; expected a whole number of at least 0',
      );
      expect(() => new Conv2d({ inChannels: 1, outChannels: 1, kernelSize: [1, 2, 3] as never })).toThrow(
        'Conv2d: kernelSize is [1, 2, 3]; expected a whole number of at least 1 or two',
      );
      using reflected = conv1d({ padding: 5, paddingMode: 'reflect' });
      expect(() => reflected.forward(tf.zeros([2, 5]))).toThrow(
        "Conv1d.forward: input has 5 elements in axis 1; paddingMode 'reflect' with padding 5 takes more of them",
      );
    });
  });
});
