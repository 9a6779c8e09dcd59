import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';
import { Adam, trainingStep } from '@unroll/optim';
import { beforeAll, describe, expect, it } from 'vitest';
import { smallModel, tokensOf } from '../test/small-model.ts';
import { RecurrentDecoder } from './decoder/recurrent-decoder.ts';
import { VectorEncoder } from './encoder/vector-encoder.ts';
import type { Hypothesis } from './search/hypothesis.ts';
import { Seq2Seq } from './seq2seq.ts';

beforeAll(() => useBackend(cpu({ threads: 1 })));

const source = () =>
  tokensOf([
    [3, 4, 5],
    [6, 3, 0],
  ]);
const target = () =>
  tokensOf([
    [1, 4, 3, 7, 2],
    [1, 5, 2, 0, 0],
  ]);
const sourceLengths = [3, 2];
const value = (tensor: tf.Tensor) => tensor.dataSync()[0]!;

describe('Seq2Seq.loss', () => {
  it('is the mean over the targets’ tokens, without padding', () => {
    tf.tidy(() => {
      const model = smallModel({ attention: 'general' });
      const both = value(model.loss(source(), target(), { sourceLengths }));
      const [first, second] = [0, 1].map((row) => {
        const [from, to] = [tf.slice(source(), [row, 0], [1, 3]), tf.slice(target(), [row, 0], [1, 5])];
        return value(model.loss(from, to, { sourceLengths: [sourceLengths[row]!] }));
      });
      // One target has four tokens, the other two
      expect(both).toBeCloseTo((4 * first! + 2 * second!) / 6, 6);
      model.dispose();
    });
  });

  it('adds the coverage loss times its weight', () => {
    tf.tidy(() => {
      const model = smallModel({ attention: 'dot' });
      const of = (coverageWeight: number) =>
        value(model.loss(source(), target(), { sourceLengths, coverageWeight }));
      expect(of(0.5) - of(0)).toBeGreaterThan(0.01);
      expect(of(1) - of(0)).toBeCloseTo(2 * (of(0.5) - of(0)), 5);
      model.dispose();
    });
  });

  it('reads the model’s own tokens without teacher forcing, and draws per token for ratios in between', () => {
    tf.tidy(() => {
      const model = smallModel({ attention: 'additive', inputFeeding: true });
      const of = (teacherForcing: number) =>
        value(model.loss(source(), target(), { sourceLengths, teacherForcing }));
      expect(of(1)).toBeCloseTo(value(model.loss(source(), target(), { sourceLengths })), 6);
      nn.manualSeed(3);
      const seeded = of(0.5);
      nn.manualSeed(3);
      expect(of(0.5)).toBe(seeded);
      const draws = new Set(Array.from({ length: 20 }, () => of(0.5)));
      expect(draws.size).toBeGreaterThan(2);
      expect(of(0)).toBe(of(0));
      const { grads } = tf.variableGrads(
        () => model.loss(source(), target(), { teacherForcing: 0 }) as tf.Scalar,
      );
      expect(Object.keys(grads)).toHaveLength(model.parameters().length);
      model.dispose();
    });
  });

  it('applies dropout in training only', () => {
    tf.tidy(() => {
      const model = smallModel({ dropout: 0.5 });
      const loss = () => value(model.loss(source(), target()));
      expect(loss()).not.toBe(loss());
      model.eval();
      expect(loss()).toBe(loss());
      model.dispose();
    });
  });

  it('falls in training, and a step leaves as many tensors and bytes as before', async () => {
    const model = smallModel({ attention: 'general', hiddenSize: 16 });
    const optimizer = new Adam(model.parameters(), { lr: 0.02 });
    const [from, to] = [source(), target()];
    const losses: number[] = [];
    let held: unknown;
    for (let step = 0; step < 60; step++) {
      losses.push(
        await trainingStep(optimizer, () => model.loss(from, to, { sourceLengths, labelSmoothing: 0 })),
      );
      const { numTensors, numBytes } = tf.memory();
      held ??= { numTensors, numBytes };
      expect({ numTensors, numBytes }).toEqual(held);
    }
    expect(losses.at(-1)).toBeLessThan(0.05);
    const found = await model.greedySearch(from, { sourceLengths });
    expect(found.map(([best]) => best!.tokens)).toEqual([[4, 3, 7], [5]]);
    tf.dispose([from, to]);
    optimizer.dispose();
    model.dispose();
  });

  it('throws when shapes, dtypes or options do not fit', () => {
    tf.tidy(() => {
      const model = smallModel();
      expect(() => model.loss(source(), tf.ones([2, 4]))).toThrow(
        'Seq2Seq.loss: target has dtype float32; expected int32',
      );
      expect(() => model.loss(source(), tokensOf([[1, 2]]))).toThrow(
        'target has 1 rows (shape [1, 2]); there are 2 sources',
      );
      expect(() => model.loss(source(), tokensOf([[1], [1]]))).toThrow(
        'target has shape [2, 1]; expected at least 2 tokens each, the start token and another',
      );
      expect(() => model.loss(source(), target(), { coverageWeight: 1 })).toThrow(
        'coverageWeight is 1; the decoder has no attention whose coverage could count',
      );
      const { encoder, decoder } = model;
      const gru = new nn.GRU({ inputSize: 4, hiddenSize: 6 });
      expect(
        () => new Seq2Seq({ encoder: gru as never, decoder, paddingToken: 0, startToken: 1, endToken: 2 }),
      ).toThrow('Seq2Seq: encoder is a GRU; expected an Encoder, such as a RecurrentEncoder');
      gru.dispose();
      const wide = new VectorEncoder({ inputSize: 9 });
      const attending = smallModel({ attention: 'dot' });
      expect(
        () =>
          new Seq2Seq({
            encoder: wide,
            decoder: attending.decoder,
            paddingToken: 0,
            startToken: 1,
            endToken: 2,
          }),
      ).toThrow(
        "Seq2Seq: decoder attends to values of 6 features, its attention's memoryDim; the encoder's have 9, of all directions",
      );
      attending.dispose();
      expect(() => new Seq2Seq({ encoder, decoder, paddingToken: 0, startToken: 1, endToken: 9 })).toThrow(
        'Seq2Seq: endToken is 9; the decoder has tokens 0 to 7',
      );
      expect(() => new Seq2Seq({ encoder, decoder, paddingToken: 2, startToken: 1, endToken: 2 })).toThrow(
        'Seq2Seq: paddingToken is 2, the end token; expected another: padding does not count in the loss',
      );
      expect(() => model.loss(undefined as never, target())).toThrow(
        'Seq2Seq.loss: source is undefined; expected a tensor',
      );
      model.dispose();
    });
  });
});

describe('a disposed model or source', () => {
  it('makes loss and searches throw an error that says so', async () => {
    const model = smallModel();
    const [from, to] = [source(), target()];
    from.dispose();
    expect(() => model.loss(from, to)).toThrow('Seq2Seq.loss: source is a disposed tensor');
    await expect(model.greedySearch(from)).rejects.toThrow('source is a disposed tensor');
    model.dispose();
    const again = source();
    expect(() => model.loss(again, to)).toThrow(
      "embedding: weight is a disposed variable: Seq2Seq.dispose() has freed the module's 'encoder.embedding.weight'",
    );
    tf.dispose([again, to]);
  });
});

describe('Seq2Seq.scoreTargets', () => {
  it('gives each target’s log-probability token by token, the same as searches give', async () => {
    const model = smallModel({ attention: 'general', dropout: 0.3 });
    const [from, to] = [source(), target()];
    const before = tf.memory().numTensors;
    const scored = await model.scoreTargets(from, to, { sourceLengths });
    expect(scored.map(({ tokenLogProbs }) => tokenLogProbs.length)).toEqual([4, 2]);
    const forced = await model.greedySearch(from, {
      sourceLengths,
      prefix: [[4, 3, 7], [5]],
      maxLength: 3,
    });
    expect(forced[0]![0]!.tokens).toEqual([4, 3, 7]);
    expect(forced[0]![0]!.logProb).toBeCloseTo(scored[0]!.logProb, 4);
    expect(forced[1]![0]!.tokenLogProbs[0]).toBeCloseTo(scored[1]!.tokenLogProbs[0]!, 5);
    expect(tf.memory().numTensors).toBe(before);
    expect(model.training).toBe(true);
    tf.dispose([from, to]);
    model.dispose();
  });
});

describe('Seq2Seq.greedySearch', () => {
  it('begins with the end token when the model or the search has it as its start token', async () => {
    const { encoder, decoder } = smallModel();
    const tokens = { paddingToken: 0, endToken: 2 };
    const model = new Seq2Seq({ encoder, decoder, ...tokens, startToken: 2 });
    const other = new Seq2Seq({ encoder, decoder, ...tokens, startToken: 1 });
    const from = source();
    const found = await model.greedySearch(from, { maxLength: 3, minLength: 3 });
    expect(found).toEqual(
      await other.greedySearch(from, { maxLength: 3, minLength: 3, startToken: 2, bannedTokens: [1] }),
    );
    const [[hypothesis]] = (await other.greedySearch(from, { maxLength: 3, endToken: 1 })) as [Hypothesis[]];
    expect(hypothesis!.tokens).not.toContain(1);
    from.dispose();
    other.dispose();
  });
});

describe('one to many', () => {
  it('learns to generate words from vectors', async () => {
    nn.manualSeed(4);
    const model = new Seq2Seq({
      encoder: new VectorEncoder({ inputSize: 3 }),
      decoder: new RecurrentDecoder({
        embedding: new nn.Embedding({ numEmbeddings: 8, embeddingDim: 4, paddingIdx: 0 }),
        rnn: new nn.LSTM({ inputSize: 4, hiddenSize: 12 }),
      }),
      bridge: 'dense',
      paddingToken: 0,
      startToken: 1,
      endToken: 2,
    });
    const optimizer = new Adam(model.parameters(), { lr: 0.03 });
    const [images, captions] = [
      tf.tensor2d([
        [1, 0, 0],
        [0, 1, 1],
      ]),
      target(),
    ];
    for (let step = 0; step < 80; step++) await trainingStep(optimizer, () => model.loss(images, captions));
    const found = await model.beamSearch(images, { beamSize: 3 });
    expect(found.map(([best]) => best!.tokens)).toEqual([[4, 3, 7], [5]]);
    tf.dispose([images, captions]);
    optimizer.dispose();
    model.dispose();
  });
});
