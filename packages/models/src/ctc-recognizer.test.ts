import { tensor2d } from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';
import { FeatureEncoder } from '@unroll/seq2seq';
import { beforeAll, describe, expect, it } from 'vitest';
import { frames } from '../test/recognizer-case.ts';
import { CtcRecognizer } from './ctc-recognizer.ts';

beforeAll(() => useBackend(cpu({ threads: 1 })));

const recognizer = (options: { stack?: number; blank?: number } = {}) => {
  const { stack = 1, blank } = options;
  nn.manualSeed(1);
  const rnn = new nn.GRU({ inputSize: 4 * stack, hiddenSize: 6 });
  return new CtcRecognizer({ encoder: new FeatureEncoder({ rnn, stack }), numClasses: 4, blank });
};

describe('CtcRecognizer', () => {
  it('scores a target by all alignments, as a beam that holds all prefixes does', async () => {
    using model = recognizer({ stack: 2 });
    const [source, target] = [frames(), tensor2d([1, 2, 3], [3, 1], 'int32')];
    const lists = await model.predict(source, { beamSize: 1000, nBest: 1000 });
    const loss = model.loss(source, target);
    const losses = lists.map(
      (list, row) => -list.find(({ tokens }) => `${tokens}` === `${row + 1}`)!.logProb,
    );
    expect((await loss.data())[0]).toBeCloseTo(losses.reduce((sum, each) => sum + each, 0) / 3, 4);
    loss.dispose();
    source.dispose();
    target.dispose();
  });

  it('gives a language model its say', async () => {
    using model = recognizer();
    const source = frames();
    const scorer = (_: readonly number[], token: number) => (token === 2 ? 0 : Number.NEGATIVE_INFINITY);
    const lists = await model.predict(source, { beamSize: 8, nBest: 8, scorer, insertionBonus: 1 });
    expect(lists.every((list) => list.length > 1)).toBe(true);
    expect(new Set(lists.flatMap((list) => list.flatMap(({ tokens }) => tokens)))).toEqual(new Set([2]));
    source.dispose();
  });

  it('has a loss of ∞ for a source that is too short for its target, or of 0 if asked', async () => {
    using model = recognizer({ stack: 3 });
    const [source, target] = [frames(), tensor2d([1, 2, 3, 1, 2, 3, 1, 2, 3], [3, 3], 'int32')];
    const losses = [model.loss(source, target), model.loss(source, target, { zeroInfinity: true })];
    expect(await Promise.all(losses.map(async (loss) => (await loss.data())[0]))).toEqual([Infinity, 0]);
    for (const tensor of [...losses, source, target]) tensor.dispose();
  });

  it('names what is wrong in its errors', async () => {
    expect(() => recognizer({ blank: 4 })).toThrow('CtcRecognizer: blank is 4; expected a class in 0…3');
    using model = recognizer({ blank: 3 });
    expect(String(model)).toContain('CtcRecognizer(\n  blank=3');
    const source = frames();
    await expect(model.predict(source, { nBest: 2 })).rejects.toThrow(
      'CtcRecognizer.predict: nBest is given without beamSize; the best path has none',
    );
    const target = tensor2d([1, 2], [1, 2], 'int32');
    expect(() => model.loss(source, target)).toThrow(
      'CtcRecognizer.loss: targets has 1 rows (shape [1, 2]); there are 3 sources',
    );
    const padded = tensor2d([1, 2, 0, 3, 2, 1], [3, 2], 'int32');
    expect(() => model.loss(source, padded)).toThrow(
      "CtcRecognizer.loss: targets holds 3, the blank, at [1, 1]; expected other tokens up to the target's length in targetLengths",
    );
    model.loss(source, padded, { targetLengths: [2, 1, 2] }).dispose();
    source.dispose();
    target.dispose();
    padded.dispose();
  });
});
