import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { onEachBackend } from '../../test/backends.ts';
import { expectClose } from '../../test/close.ts';
import { expectFiniteDifferences, sequence } from '../../test/gradients.ts';
import { manualSeed } from '../random/default-generator.ts';
import { Embedding } from './embedding.ts';
import { Linear } from './linear.ts';

onEachBackend(() => {
  describe('Linear', () => {
    it('is x·Wᵀ + b over the last axis of an input of any rank', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
          fc.integer({ min: 1, max: 4 }),
          fc.integer({ min: 1, max: 4 }),
          fc.boolean(),
          async (leading, inFeatures, outFeatures, bias) => {
            using linear = new Linear({ inFeatures, outFeatures, bias });
            const input = sequence(...leading, inFeatures);
            const output = linear.forward(input);
            expect(output.shape).toEqual([...leading, outFeatures]);
            const expected = tf.sum(tf.mul(tf.expandDims(input, -2), linear.weight), -1);
            await expectClose(output, linear.bias ? tf.add(expected, linear.bias) : expected);
          },
        ),
        { numRuns: 25 },
      );
    });

    it('has the rank of its input in its type', () => {
      using linear = new Linear({ inFeatures: 3, outFeatures: 2 });
      expectTypeOf(linear.forward(tf.ones<tf.Rank.R2>([4, 3]))).toEqualTypeOf<tf.Tensor2D>();
      expectTypeOf(linear.forward(sequence(3))).toEqualTypeOf<tf.Tensor>();
    });

    it('has the gradients of x·Wᵀ + b in input, weight and bias', async () => {
      using linear = new Linear({ inFeatures: 3, outFeatures: 2 });
      const input = sequence(2, 2, 3);
      const dy = tf.reshape(tf.range(1, 9), [2, 2, 2]);
      const loss = () => tf.sum(tf.mul(linear.forward(input), dy)) as tf.Scalar;
      const { grads } = tf.variableGrads(loss);
      const rows = tf.reshape(dy, [4, 2]) as tf.Tensor2D;
      const x = tf.reshape(input, [4, 3]) as tf.Tensor2D;
      await expectClose(grads[linear.weight.name]!, tf.matMul(rows, x, true));
      await expectClose(grads[linear.bias!.name]!, tf.sum(rows, 0));
      await expectFiniteDifferences((y) => linear.forward(y), input);
    });

    it('draws weight and bias from U(±1/√inFeatures), and the same ones from the same seed', async () => {
      manualSeed(5);
      const first = new Linear({ inFeatures: 64, outFeatures: 50 });
      manualSeed(5);
      const second = new Linear({ inFeatures: 64, outFeatures: 50 });
      await expectClose(second.weight, first.weight, 1e-12);
      for (const parameter of first.parameters()) {
        const values = [...(await parameter.data())];
        const largest = Math.max(...values.map(Math.abs));
        expect(largest).toBeLessThanOrEqual(1 / 8);
        expect(largest).toBeGreaterThan(0.9 / 8);
        const variance = values.reduce((total, value) => total + value * value, 0) / values.length;
        expect(variance / (1 / 64 / 3)).toBeGreaterThan(0.6);
      }
      first.dispose();
      second.dispose();
    });

    it('has PyTorch’s state-dict keys, with and without bias', () => {
      using full = new Linear({ inFeatures: 3, outFeatures: 2 });
      using bare = new Linear({ inFeatures: 3, outFeatures: 2, bias: false });
      expect(Object.entries(full.stateDict()).map(([key, { shape }]) => [key, shape])).toEqual([
        ['weight', [2, 3]],
        ['bias', [2]],
      ]);
      expect(Object.keys(bare.stateDict())).toEqual(['weight']);
    });

    it('shares another layer’s parameter as its weight: their gradients add up', async () => {
      using embedding = new Embedding({ numEmbeddings: 3, embeddingDim: 2 });
      using linear = new Linear({ inFeatures: 2, outFeatures: 3, bias: false, tiedWeight: embedding.weight });
      expect(linear.parameters()).toEqual([embedding.weight]);
      const looked = () => tf.sum(embedding.forward(tf.tensor1d([1, 1], 'int32'))) as tf.Scalar;
      const scored = () => tf.sum(linear.forward(sequence(2, 2))) as tf.Scalar;
      const of = (loss: () => tf.Scalar) => tf.variableGrads(loss).grads[embedding.weight.name]!;
      await expectClose(
        of(() => tf.add(looked(), scored())),
        tf.add(of(looked), of(scored)),
      );
    });

    it('refuses a tied weight of another shape', () => {
      using linear = new Linear({ inFeatures: 2, outFeatures: 3 });
      const { weight } = linear;
      expect(() => new Linear({ inFeatures: 3, outFeatures: 2, tiedWeight: weight })).toThrow(
        'Linear: tiedWeight has shape [3, 2]; expected [2, 3]',
      );
    });

    it('leaves no tensor behind', () => {
      using linear = new Linear({ inFeatures: 3, outFeatures: 2 });
      const input = sequence(2, 3);
      const before = tf.memory().numTensors;
      linear.forward(input).dispose();
      tf.dispose(tf.variableGrads(() => tf.sum(linear.forward(input))));
      expect(tf.memory().numTensors).toBe(before);
    });

    it('says which argument does not fit', () => {
      using linear = new Linear({ inFeatures: 3, outFeatures: 2 });
      expect(() => linear.forward(tf.zeros([2, 4]))).toThrow(
        'Linear.forward: input has 4 features in its last axis (shape [2, 4]); inFeatures is 3',
      );
      expect(() => linear.forward(tf.scalar(1))).toThrow(
        'Linear.forward: input has no features in its last axis',
      );
      expect(() => new Linear({ inFeatures: 0, outFeatures: 2 })).toThrow(
        'Linear: inFeatures is 0; expected a whole number of at least 1',
      );
      expect(() => new Linear({ inFeatures: 2, outFeatures: 1.5 })).toThrow('Linear: outFeatures is 1.5');
    });
  });
});
