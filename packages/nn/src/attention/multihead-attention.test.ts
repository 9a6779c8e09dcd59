import * as tf from '@tensorflow/tfjs-core';
import { compile } from '@unroll/backend';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { onEachBackend } from '../../test/backends.ts';
import { expectClose } from '../../test/close.ts';
import { expectFiniteDifferences, sequence } from '../../test/gradients.ts';
import { load } from '../saving/load.ts';
import { save } from '../saving/save.ts';
import { MultiheadAttention, type MultiheadAttentionOptions } from './multihead-attention.ts';

const attention = (options: Partial<MultiheadAttentionOptions> = {}) =>
  new MultiheadAttention({ embedDim: 4, numHeads: 2, ...options });

const shapes = (module: MultiheadAttention) =>
  Object.entries(module.stateDict()).map(([key, { shape }]) => [key, shape]);

onEachBackend(() => {
  describe('MultiheadAttention', () => {
    it('returns the value of a single key, projected twice, for one head', async () => {
      using module = attention({ numHeads: 1 });
      const value = sequence(1, 2, 4);
      const [output, weights] = module.forward(sequence(3, 2, 4), sequence(1, 2, 4), value);
      await expectClose(weights, tf.ones([2, 3, 1]));
      const [, , projection] = tf.split(module.getParameter('in_proj_weight') as tf.Tensor2D, 3);
      const seen = tf.matMul(tf.reshape(value, [2, 4]), projection!, false, true);
      await expectClose(output, tf.tile(tf.expandDims(module.out_proj.forward(seen)), [3, 1, 1]));
    });

    it('gives the same with the batch first, and for each row alone', async () => {
      using module = attention();
      using first = attention({ batchFirst: true });
      first.loadStateDict(module.stateDict());
      const x = sequence(3, 2, 4);
      const [output, weights] = module.forward(x, x, x);
      const byRow = tf.transpose(x, [1, 0, 2]);
      const [batchFirst, sameWeights] = first.forward(byRow, byRow, byRow);
      await expectClose(tf.transpose(batchFirst, [1, 0, 2]), output);
      await expectClose(sameWeights, weights);
      const rows = tf.unstack(x, 1).map((row) => module.forward(row, row, row));
      await expectClose(
        tf.stack(
          rows.map(([each]) => each),
          1,
        ),
        output,
      );
      await expectClose(tf.stack(rows.map(([, each]) => each)), weights);
    });

    it('is NaN where no key is left, and has weights 0 at keys that are masked', async () => {
      using module = attention();
      const x = sequence(2, 4);
      const attnMask = tf.tensor2d(
        [
          [true, true],
          [false, true],
        ],
        [2, 2],
        'bool',
      );
      const [output, weights] = module.forward(x, x, x, { attnMask });
      expect((await output.data()).slice(0, 4)).toEqual(new Float32Array(4).fill(Number.NaN));
      expect([...(await weights.data())]).toEqual([Number.NaN, Number.NaN, 1, 0]);
    });

    it('has the gradients that finite differences give, for every input', async () => {
      using module = attention({ addBiasKv: true, kdim: 3, vdim: 2 });
      const keyPaddingMask = tf.tensor2d([[false, true, false]], [1, 3], 'bool');
      await expectFiniteDifferences(
        (query, key, value, attnMask) => module.forward(query, key, value, { attnMask, keyPaddingMask })[0],
        sequence(2, 1, 4),
        sequence(3, 1, 3),
        sequence(3, 1, 2),
        sequence(2, 3),
      );
    });

    it('has PyTorch’s parameters, drawn as in PyTorch', async () => {
      using module = attention({ embedDim: 32 });
      expect(shapes(module)).toEqual([
        ['in_proj_weight', [96, 32]],
        ['in_proj_bias', [96]],
        ['out_proj.weight', [32, 32]],
        ['out_proj.bias', [32]],
      ]);
      const largest = async (key: string) =>
        Math.max(...(await module.getParameter(key).data()).map(Math.abs));
      expect(await largest('in_proj_bias')).toBe(0);
      expect(await largest('out_proj.bias')).toBe(0);
      for (const [key, bound] of [
        ['in_proj_weight', Math.sqrt(6 / 128)],
        ['out_proj.weight', Math.sqrt(1 / 32)],
      ] as const) {
        expect(await largest(key)).toBeLessThanOrEqual(bound);
        expect(await largest(key)).toBeGreaterThan(0.95 * bound);
      }
      using apart = attention({ kdim: 3, vdim: 5, addBiasKv: true, bias: false });
      expect(shapes(apart)).toEqual([
        ['q_proj_weight', [4, 4]],
        ['k_proj_weight', [4, 3]],
        ['v_proj_weight', [4, 5]],
        ['bias_k', [1, 1, 4]],
        ['bias_v', [1, 1, 4]],
        ['out_proj.weight', [4, 4]],
      ]);
    });

    it('is the same after its weights were written and read', async () => {
      using module = attention({ addBiasKv: true });
      using read = attention({ addBiasKv: true });
      await load(read, await save(module));
      const x = sequence(3, 2, 4);
      await expectClose(read.forward(x, x, x)[0], module.forward(x, x, x)[0], 1e-12);
    });

    it('drops weights only in training, different ones at each call, also when compiled', async () => {
      using module = attention({ dropout: 0.5 });
      const x = sequence(6, 2, 4);
      const attend = compile((input: tf.Tensor) => module.forward(input, input, input)[1]);
      const zerosIn = async () => [...(await attend(x).data())].filter((weight) => weight === 0).length;
      expect(await zerosIn()).toBeGreaterThan(0);
      const calls = await Promise.all([1, 2, 3].map(async () => String(await attend(x).data())));
      expect(new Set(calls).size).toBe(3);
      module.eval();
      expect(await zerosIn()).toBe(0);
    });

    it('returns weights that exist in its type only where they are asked for', () => {
      using module = attention();
      const x = sequence(3, 4);
      const needWeights = Math.random() < 2;
      expectTypeOf(module.forward(x, x, x)[1]).toEqualTypeOf<tf.Tensor>();
      expectTypeOf(module.forward(x, x, x, { needWeights: true })[1]).toEqualTypeOf<tf.Tensor>();
      expectTypeOf(module.forward(x, x, x, { needWeights: false })[1]).toEqualTypeOf<undefined>();
      expectTypeOf(module.forward(x, x, x, { needWeights })[1]).toEqualTypeOf<tf.Tensor | undefined>();
    });

    it('gives an empty output for an empty batch', () => {
      using module = attention();
      const [output, weights] = module.forward(tf.zeros([3, 0, 4]), tf.zeros([5, 0, 4]), tf.zeros([5, 0, 4]));
      expect([output.shape, weights.shape]).toEqual([
        [3, 0, 4],
        [0, 3, 5],
      ]);
    });

    it('leaves no tensor behind', () => {
      using module = attention({ addZeroAttn: true });
      const x = sequence(3, 2, 4);
      const keyPaddingMask = tf.zeros([2, 3], 'bool');
      const before = tf.memory().numTensors;
      tf.dispose(module.forward(x, x, x, { keyPaddingMask }));
      const [output, weights] = module.forward(x, x, x, { needWeights: false });
      expect(weights).toBeUndefined();
      output.dispose();
      tf.dispose(tf.variableGrads(() => tf.sum(module.forward(x, x, x, { keyPaddingMask })[0])));
      expect(tf.memory().numTensors).toBe(before);
    });

    it('says what does not fit', () => {
      using module = attention();
      const x = tf.zeros([3, 2, 4]);
      expect(() => attention({ numHeads: 3 })).toThrow(
        'MultiheadAttention: embedDim is 4; expected a multiple of numHeads, 3',
      );
      expect(() => module.forward(tf.zeros([4]), x, x)).toThrow(
        'MultiheadAttention.forward: query has shape [4]; expected 2 or 3 axes',
      );
      expect(() => module.forward(x, tf.zeros([3, 4]), x)).toThrow(
        'MultiheadAttention.forward: key has shape [3, 4]; expected 3 axes, as query has',
      );
      expect(() => module.forward(x, tf.zeros([3, 2, 5]), x)).toThrow(
        'MultiheadAttention.forward: key has 5 features in its last axis (shape [3, 2, 5]); kdim is 4',
      );
      expect(() => module.forward(x, x, tf.zeros([2, 2, 4]))).toThrow(
        'key has shape [3, 2, 4], value [2, 2, 4] and query [3, 2, 4]; expected as many keys as values, and one batch',
      );
      expect(() => module.forward(x, x, x, { keyPaddingMask: tf.zeros([3, 3], 'bool') })).toThrow(
        'MultiheadAttention.forward: keyPaddingMask has shape [3, 3]; expected [2, 3], [N, S]',
      );
      expect(() => module.forward(x, x, x, { attnMask: tf.zeros([2, 3, 3]) })).toThrow(
        'MultiheadAttention.forward: attnMask has shape [2, 3, 3]; expected [4, 3, 3], [N·H, L, S]',
      );
      expect(() => module.forward(x, x, x, { attnMask: tf.zeros([3, 3], 'int32') })).toThrow(
        'MultiheadAttention.forward: attnMask has dtype int32; expected bool or float32',
      );
    });
  });
});
