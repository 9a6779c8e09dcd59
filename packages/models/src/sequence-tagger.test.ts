import { memory, tensor2d, zeros } from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';
import { FeatureEncoder } from '@unroll/seq2seq';
import { beforeAll, describe, expect, it } from 'vitest';
import { encoder } from '../test/model-cases.ts';
import { SequenceTagger } from './sequence-tagger.ts';

beforeAll(() => useBackend(cpu({ threads: 1 })));

const words = () => tensor2d([3, 4, 5, 6, 7, 0], [2, 3], 'int32');

describe('SequenceTagger', () => {
  it.each([false, true])('gives the probabilities of the tags of each step, crf %s', async (crf) => {
    nn.manualSeed(4);
    using model = new SequenceTagger({ encoder: encoder(), numTags: 3, dropout: 0.5, crf });
    const source = words();
    const before = memory().numTensors;
    const marginals = await model.marginals(source, { lengths: [3, 2] });
    expect(await model.marginals(source, { lengths: [3, 2] })).toEqual(marginals);
    expect(memory().numTensors).toBe(before);
    expect(marginals.map((row) => row.length)).toEqual([3, 2]);
    for (const step of marginals.flat()) {
      expect(step.length).toBe(3);
      expect(step.reduce((sum, probability) => sum + probability, 0)).toBeCloseTo(1, 5);
    }
    source.dispose();
  });

  it('throws for tags that a conditional random field cannot leave out, and for smoothed tags', () => {
    using model = new SequenceTagger({ encoder: encoder(), numTags: 3, crf: true });
    const [source, tags] = [words(), tensor2d([0, -100, 1, 1, 1, -100], [2, 3], 'int32')];
    expect(() => model.loss(source, tags, { lengths: [3, 2] })).toThrow(
      'LinearChainCrf.loss: tags holds -100 at [0, 1]; expected tags 0 to 2',
    );
    expect(() => model.loss(source, tags, { labelSmoothing: 0.1 })).toThrow(
      'SequenceTagger.loss: labelSmoothing is 0.1; the tags of a crf are not smoothed',
    );
    source.dispose();
    tags.dispose();
  });

  it('refuses an encoder that makes fewer steps than the source has, whose tags would not be aligned', async () => {
    const rnn = new nn.GRU({ inputSize: 4, hiddenSize: 3 });
    using model = new SequenceTagger({ encoder: new FeatureEncoder({ rnn, stack: 2 }), numTags: 3 });
    const [source, tags] = [zeros([2, 4, 2]), zeros([2, 4], 'int32')];
    const fault = 'encoder makes 2 steps of source 0, which has 4; expected as many, a tag for each';
    expect(() => model.forward(source)).toThrow(`SequenceTagger.forward: ${fault}`);
    expect(() => model.loss(source, tags)).toThrow(`SequenceTagger.loss: ${fault}`);
    await expect(model.predict(source, { lengths: [4, 3] })).rejects.toThrow(
      `SequenceTagger.predict: ${fault}`,
    );
    await expect(model.marginals(source)).rejects.toThrow(`SequenceTagger.marginals: ${fault}`);
    source.dispose();
    tags.dispose();
  });
});
