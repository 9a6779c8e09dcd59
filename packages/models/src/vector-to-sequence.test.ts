import { ones, type Tensor, tensor2d } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../test/backends.ts';
import { model, pictures } from '../test/vector-cases.ts';

onEachBackend(() => {
  describe('VectorToSequence', () => {
    it('scores each token of a target after those before it', async () => {
      using made = model();
      const target = tensor2d([1, 3, 4, 2, 1, 5, 2, 0], [2, 4], 'int32');
      expect(made.forward(ones([2, 3]), target).shape).toEqual([2, 3, 7]);
    });

    it('gives the best hypotheses of a beam, within the length', async () => {
      using made = model();
      const [found] = await made.predict(ones([1, 3]), { beamSize: 3, nBest: 2, minLength: 2, maxLength: 2 });
      expect(found!.map(({ tokens }) => tokens.length)).toEqual([2, 2]);
      expect(found![0]!.score).toBeGreaterThan(found![1]!.score);
    });

    it('refuses inputs and targets that do not fit', () => {
      using made = model();
      const target = tensor2d([1, 3, 2], [1, 3], 'int32');
      const loss = (inputs: Tensor, wanted: Tensor) => () => made.loss(inputs, wanted);
      expect(loss(ones([1, 4]), target)).toThrow(
        'VectorToSequence.loss: inputs has shape [1, 4], float32; expected [N, 3], float32',
      );
      expect(loss(ones([2, 3]), target)).toThrow('target has 1 rows (shape [1, 3]); there are 2 inputs');
      using other = model(made.features, 5);
      expect(() => other.forward(pictures(), target)).toThrow('inputs has shape [3, 1, 4, 4]');
    });

    it('refuses an option of a beam without a beam', async () => {
      using made = model();
      await expect(made.predict(ones([1, 3]), { nBest: 2 })).rejects.toThrow(
        'VectorToSequence.predict: nBest is given without beamSize; a greedy search has none',
      );
    });
  });
});
