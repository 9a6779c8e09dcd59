import * as tf from '@tensorflow/tfjs-core';
import * as nn from '@unroll/nn';
import { beamSearch } from '@unroll/seq2seq';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../../test/backends.ts';
import { LanguageModel } from './language-model.ts';
import type { LanguageModelOptions } from './language-model-options.ts';

const model = (options: Partial<LanguageModelOptions> = {}) => {
  nn.manualSeed(5);
  return new LanguageModel({
    embedding: new nn.Embedding({ numEmbeddings: 7, embeddingDim: 4 }),
    rnn: new nn.LSTM({ inputSize: 4, hiddenSize: 5 }),
    ...options,
  });
};
const tokensOf = (...rows: number[][]) => tf.tensor2d(rows, [rows.length, rows[0]!.length], 'int32');
const read = async (tensor: tf.Tensor) => {
  const values = [...(await tensor.data())];
  tensor.dispose();
  return values;
};
const text = Array.from({ length: 1100 }, (_, i) => (i * i) % 7);

onEachBackend(() => {
  describe('LanguageModel', () => {
    it('carries the states of its rows from each piece to the next, in training alone', async () => {
      using carrying = model({ carriedRows: 2 });
      using plain = model();
      const whole = tokensOf([1, 2, 3, 4, 5], [6, 5, 4, 3, 2]);
      const pieces = [tokensOf([1, 2, 3], [6, 5, 4]), tokensOf([3, 4, 5], [4, 3, 2])] as const;
      const lossOf = async (lm: LanguageModel, tokens: tf.Tensor) => (await read(lm.loss(tokens)))[0]!;
      const before = tf.memory().numTensors;
      const expected = await lossOf(plain, whole);
      for (let epoch = 0; epoch < 2; epoch++) {
        const first = await lossOf(carrying, pieces[0]);
        const states = await Promise.all(carrying.buffers().map((buffer) => buffer.data()));
        const fresh = carrying.evaluating(() => carrying.loss(pieces[1]));
        expect((await read(fresh))[0]).toBeCloseTo(await lossOf(plain, pieces[1]), 5);
        expect(await Promise.all(carrying.buffers().map((buffer) => buffer.data()))).toEqual(states);
        const second = await lossOf(carrying, pieces[1]);
        expect((first + second) / 2).toBeCloseTo(expected, 5);
        carrying.resetState();
      }
      expect(tf.memory().numTensors).toBe(before);
      expect(Object.keys(carrying.stateDict())).toEqual(Object.keys(plain.stateDict()));
      tf.dispose([whole, ...pieces]);
    });

    it('has the gradients of one piece alone', async () => {
      using carrying = model({ carriedRows: 1 });
      const [first, second] = [tokensOf([1, 2, 3]), tokensOf([3, 4, 5])];
      carrying.loss(first).dispose();
      const states = carrying.buffers().map((buffer) => buffer.clone() as tf.Tensor3D);
      const gradients = async (f: () => tf.Scalar) => {
        const { value, grads } = tf.variableGrads(f, carrying.parameters());
        value.dispose();
        return await Promise.all(carrying.parameters().map(({ name }) => read(grads[name]!)));
      };
      const carried = await gradients(() => carrying.loss(second));
      const given = await gradients(() => {
        const [scores] = carrying.forward(tokensOf([3, 4]), states);
        return nn.crossEntropy(tf.reshape(scores, [2, 7]), tf.tensor1d([4, 5], 'int32')) as tf.Scalar;
      });
      expect(carried).toEqual(given.map((each) => each.map((x) => expect.closeTo(x, 5))));
      tf.dispose([first, second, states]);
    });

    it('scores a text of any length by all that comes before each token', async () => {
      using lm = model({ dropout: 0.5 });
      const before = tf.memory().numTensors;
      const { logProb, tokenLogProbs } = await lm.score(text);
      expect(tf.memory().numTensors).toBe(before);
      expect(tokenLogProbs.length).toBe(text.length - 1);
      const tokens = tokensOf(text);
      const loss = await read(lm.evaluating(() => lm.loss(tokens)));
      expect(-logProb / (text.length - 1)).toBeCloseTo(loss[0]!, 4);
      tokens.dispose();
    });

    it('samples what it streams, with as many tokens as asked', async () => {
      using lm = model({ dropout: 0.5 });
      const before = tf.memory().numTensors;
      const options = () => ({ length: 30, temperature: 0.9, generator: new nn.RandomGenerator(3) });
      const sampled = await lm.sample([1, 2, 3], options());
      expect(sampled.length).toBe(30);
      expect(new Set(sampled).size).toBeGreaterThan(3);
      expect(sampled.every((token) => token >= 0 && token < 7)).toBe(true);
      const streamed: number[] = [];
      for await (const token of lm.stream([1, 2, 3], options())) streamed.push(token);
      expect(streamed).toEqual(sampled);
      for await (const token of lm.stream([1], { length: 9 })) if (token >= 0) break;
      expect(tf.memory().numTensors).toBe(before);
    });

    it('never draws a banned token', async () => {
      using lm = model();
      const [likeliest] = await lm.sample([1, 2], { length: 1, topK: 1 });
      const options = { length: 40, bannedTokens: [likeliest!], temperature: 2 };
      expect(await lm.sample([1, 2], options)).not.toContain(likeliest);
    });

    it('draws only the most probable tokens if asked, and stops at an end token', async () => {
      using lm = model();
      const greedy = await lm.sample([1, 2], { length: 6, topK: 1 });
      expect(await lm.sample([1, 2], { length: 6, topP: 1e-6 })).toEqual(greedy);
      expect(await lm.sample([1, 2, ...greedy.slice(0, 3)], { length: 3, topK: 1 })).toEqual(greedy.slice(3));
      const [first] = greedy;
      expect(await lm.sample([1, 2], { length: 6, topK: 1, endToken: first })).toEqual([]);
      expect(await lm.sample([1, 2], { length: 0 })).toEqual([]);
    });
  });
});

describe('LanguageModel', () => {
  it('is a step scorer for other searches', async () => {
    using lm = model();
    using scorer = lm.scorer([3, 1]);
    const [found] = await beamSearch(scorer, { startToken: 1, endToken: 0, beamSize: 3, maxLength: 4 });
    const { logProb } = await lm.score([3, 1, ...found![0]!.tokens, 0]);
    const { logProb: ofPrompt } = await lm.score([3, 1]);
    expect(found![0]!.logProb).toBeCloseTo(logProb - ofPrompt, 4);
  });

  it('prints the number of rows that it carries', () => {
    using lm = model({ carriedRows: 3 });
    expect(String(lm)).toContain('LanguageModel(\n  carriedRows=3');
  });

  it('names what is wrong in its errors', async () => {
    expect(() => model({ rnn: new nn.GRU({ inputSize: 4, hiddenSize: 5, bidirectional: true }) })).toThrow(
      'LanguageModel: rnn is bidirectional; a language model does not know what comes after',
    );
    expect(() => model({ rnn: new nn.GRU({ inputSize: 3, hiddenSize: 5 }) })).toThrow(
      "LanguageModel: rnn has inputSize 3; expected the embedding's embeddingDim, 4",
    );
    expect(() => model({ tieWeights: true })).toThrow(
      "LanguageModel: tieWeights is true; the embedding has 4 features, the layer's output 5",
    );
    using lm = model({ carriedRows: 2 });
    const [one, two] = [tokensOf([1, 2, 3]), tokensOf([1, 2], [3, 4])];
    expect(() => lm.loss(one)).toThrow('LanguageModel.loss: tokens has 1 rows; carriedRows is 2');
    expect(() => lm.loss(two, { lengths: [2, 2] })).toThrow(
      'LanguageModel.loss: lengths is given; rows whose states are carried to the next call do not end',
    );
    const short = tokensOf([1]);
    expect(() => lm.loss(short)).toThrow(
      'LanguageModel.loss: tokens has shape [1, 1]; expected at least 2 tokens each',
    );
    await expect(lm.score([1])).rejects.toThrow(
      'LanguageModel.score: tokens is [1]; expected an array of at least 2 tokens in 0…6',
    );
    await expect(lm.sample([], { length: 3 })).rejects.toThrow(
      'LanguageModel.sample: prompt is []; expected an array of at least 1 tokens in 0…6',
    );
    await expect(lm.sample([7], { length: 3 })).rejects.toThrow('LanguageModel.sample: prompt is [7]');
    const long = [...new Array<number>(5000).fill(1), 77, 3];
    await expect(lm.sample(long, { length: 3 })).rejects.toThrow('whose element 5000 is 77');
    lm.dispose();
    const disposed =
      "carried_0 is a disposed variable: LanguageModel.dispose() has freed the module's 'carried_0'";
    expect(() => lm.loss(two)).toThrow(`LanguageModel.loss: ${disposed}`);
    expect(() => lm.resetState()).toThrow(`LanguageModel.resetState: ${disposed}`);
    tf.dispose([one, two, short]);
  });
});
