import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../../test/backends.ts';
import { expectClose } from '../../test/close.ts';
import { sequence, weightedSum } from '../../test/gradients.ts';
import { manualSeed } from '../random/default-generator.ts';
import { Embedding } from './embedding.ts';

const indices = (values: number[], ...shape: number[]) => tf.tensor(values, shape, 'int32');

function gradient(embedding: Embedding, input: tf.Tensor): tf.Tensor {
  const { grads } = tf.variableGrads(() => weightedSum(embedding.forward(input)) as tf.Scalar);
  return grads[embedding.weight.name]!;
}

onEachBackend(() => {
  describe('Embedding', () => {
    it('refuses an index that is not a row, before the table is renormalised', async () => {
      const table = new Embedding({ numEmbeddings: 3, embeddingDim: 2, maxNorm: 0.01 });
      const before = await table.weight.data();
      for (const index of [-1, 3]) {
        expect(() => table.forward(tf.tensor2d([0, 1, index, 2], [2, 2], 'int32'))).toThrow(
          `embedding: indices holds ${index} at [1, 0]; expected rows 0 to 2`,
        );
      }
      expect(await table.weight.data()).toEqual(before);
    });

    it('looks rows up for indices of any shape', async () => {
      using embedding = Embedding.fromPretrained(sequence(4, 2));
      const table = (await sequence(4, 2).array()) as number[][];
      const output = embedding.forward(indices([3, 0, 1, 3, 2, 2], 3, 1, 2));
      expect(output.shape).toEqual([3, 1, 2, 2]);
      await expectClose(
        output,
        [3, 0, 1, 3, 2, 2].flatMap((index) => table[index]!),
      );
      expect(embedding.forward(tf.scalar(1, 'int32')).shape).toEqual([2]);
    });

    it('adds up the gradients of an index that occurs more than once', async () => {
      using embedding = new Embedding({ numEmbeddings: 4, embeddingDim: 2 });
      await expectClose(gradient(embedding, indices([1, 3, 1], 3)), [0, 0, 1 + 5, 2 + 6, 0, 0, 3, 4]);
    });

    it('draws N(0, 1), with the padding’s row 0 and its gradient always 0', async () => {
      manualSeed(2);
      using embedding = new Embedding({ numEmbeddings: 60, embeddingDim: 50, paddingIdx: -58 });
      expect(embedding.paddingIdx).toBe(2);
      const values = await embedding.weight.data();
      expect([...values.slice(100, 150)].every((value) => value === 0)).toBe(true);
      const rest = [...values].filter((_, i) => i < 100 || i >= 150);
      const mean = rest.reduce((total, value) => total + value, 0) / rest.length;
      const variance = rest.reduce((total, value) => total + (value - mean) ** 2, 0) / rest.length;
      expect(Math.abs(mean)).toBeLessThan(0.06);
      expect(Math.abs(variance - 1)).toBeLessThan(0.1);
      const rows = tf.unstack(gradient(embedding, indices([2, 5, 2], 3)));
      await expectClose(rows[2]!, tf.zeros([50]));
      await expectClose(rows[5]!, tf.range(51, 101));
    });

    it('uses a later overwrite of the padding’s row', async () => {
      using embedding = new Embedding({ numEmbeddings: 3, embeddingDim: 2, paddingIdx: 0 });
      embedding.weight.assign(tf.ones([3, 2]));
      await expectClose(embedding.forward(indices([0], 1)), [1, 1]);
    });

    // e = nn.Embedding(4, 2, scale_grad_by_freq=True, padding_idx=-1, max_norm=1., norm_type=1.)
    // e.weight.copy_(sequence(4, 2)); y = e(torch.tensor([[0, 1, 0], [3, 0, 1]]))
    // (y * torch.arange(1, 13).reshape(2, 3, 2)).sum().backward()
    it('scales long rows in place and gradients by frequency, as PyTorch', async () => {
      using embedding = new Embedding({
        numEmbeddings: 4,
        embeddingDim: 2,
        scaleGradByFreq: true,
        paddingIdx: -1,
        maxNorm: 1,
        normType: 1,
      });
      embedding.weight.assign(sequence(4, 2) as tf.Tensor2D);
      const input = indices([0, 1, 0, 3, 0, 1], 2, 3);
      await expectClose(
        embedding.forward(input),
        [-0.5, 0.5, 0.533333, 0.466667, -0.5, 0.5, 0.571429, 0.428571, -0.5, 0.5, 0.533333, 0.466667],
      );
      await expectClose(gradient(embedding, input), [5, 6, 7, 8, 0, 0, 0, 0]);
      await expectClose(embedding.weight, [-0.5, 0.5, 0.533333, 0.466667, 1, 0.833333, 0.571429, 0.428571]);
    });

    it('bounds the Euclidean norm by default, and the largest element at normType ∞', async () => {
      const table = tf.tensor2d([[3, 4]]);
      using two = Embedding.fromPretrained(table, { maxNorm: 1 });
      await expectClose(two.forward(indices([0], 1)), [0.6, 0.8]);
      using most = Embedding.fromPretrained(table, { maxNorm: 1, normType: Number.POSITIVE_INFINITY });
      await expectClose(most.forward(indices([0], 1)), [0.75, 1]);
    });

    it('fromPretrained copies the table, freezes it by default, and sets nothing to 0', async () => {
      const table = sequence(4, 2);
      using frozen = Embedding.fromPretrained(table, { paddingIdx: 0 });
      using trained = Embedding.fromPretrained(table, { freeze: false });
      expect([frozen.weight.trainable, trained.weight.trainable]).toEqual([false, true]);
      trained.weight.assign(tf.zeros([4, 2]));
      await expectClose(frozen.weight, table);
      await expectClose(table, sequence(4, 2));
      table.dispose();
      await expectClose(frozen.forward(indices([0], 1)), tf.slice(sequence(4, 2), 0, 1));
    });

    it('draws nothing from the generator where a table is given', async () => {
      manualSeed(4);
      const next = new Embedding({ numEmbeddings: 2, embeddingDim: 2 });
      manualSeed(4);
      Embedding.fromPretrained(sequence(3, 3)).dispose();
      const again = new Embedding({ numEmbeddings: 2, embeddingDim: 2 });
      await expectClose(again.weight, next.weight, 1e-12);
      tf.dispose([next.weight, again.weight]);
    });

    it('leaves no tensor behind', () => {
      using embedding = new Embedding({
        numEmbeddings: 4,
        embeddingDim: 2,
        maxNorm: 1,
        scaleGradByFreq: true,
      });
      const input = indices([0, 1], 2);
      const before = tf.memory().numTensors;
      embedding.forward(input).dispose();
      gradient(embedding, input).dispose();
      expect(tf.memory().numTensors - before).toBe(1); // the loss that variableGrads also returns
    });

    it('says which argument does not fit', () => {
      const sizes = { numEmbeddings: 4, embeddingDim: 2 };
      using embedding = new Embedding(sizes);
      expect(() => embedding.forward(tf.tensor1d([1]))).toThrow(
        'Embedding.forward: indices has dtype float32; expected int32',
      );
      expect(() => new Embedding({ ...sizes, paddingIdx: 4 })).toThrow(
        'Embedding: paddingIdx is 4; expected a whole number in -4…3',
      );
      expect(() => new Embedding({ ...sizes, numEmbeddings: -1 })).toThrow('Embedding: numEmbeddings is -1');
      expect(() => new Embedding({ ...sizes, maxNorm: -1 })).toThrow('Embedding: maxNorm is -1');
      expect(() => new Embedding({ ...sizes, normType: 0 })).toThrow('Embedding: normType is 0');
      expect(() => new Embedding({ ...sizes, weight: tf.zeros([2, 4]) })).toThrow(
        'Embedding: weight is float32 of shape [2, 4]; expected float32 of shape [4, 2]',
      );
      expect(() => Embedding.fromPretrained(tf.zeros([4]))).toThrow(
        'Embedding.fromPretrained: table has shape [4]; expected 2 axes',
      );
    });
  });
});
