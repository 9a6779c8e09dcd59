import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type AttentionName,
  attentions,
  everyKind,
  type SmallModelOptions,
  smallModel,
  tokensOf,
} from '../../test/small-model.ts';
import { gatherRows } from './decoder-state.ts';
import { RecurrentDecoder } from './recurrent-decoder.ts';

beforeAll(() => useBackend(cpu({ threads: 1 })));

const source = () =>
  tokensOf([
    [3, 4, 5],
    [6, 3, 0],
  ]);
const target = () =>
  tokensOf([
    [1, 4, 3, 7],
    [1, 5, 6, 3],
  ]);

const distance = (a: tf.Tensor, b: tf.Tensor) => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0];

describe('RecurrentDecoder', () => {
  it.each(everyKind)('gives a target the same scores step by step as all at once: %o', (options) => {
    tf.tidy(() => {
      const model = smallModel(options);
      const { decoder } = model;
      const memory = model.encoder.forward(source(), [3, 2]);
      const reading = decoder.read(memory);
      const begin = decoder.begin(memory.states, reading, 2);
      const all = decoder.forward(target(), reading, begin);
      const scores = decoder.scores(all.vectors) as tf.Tensor3D;
      let state = begin;
      for (let t = 0; t < 4; t++) {
        const tokens = tf.reshape(tf.slice(target(), [0, t], [2, 1]), [2]) as tf.Tensor1D;
        const step = decoder.step(tokens, reading, state);
        expect(
          distance(step.scores, tf.reshape(tf.slice(scores, [0, t, 0], [2, 1, 8]), [2, 8])),
        ).toBeLessThan(1e-5);
        state = step.state;
      }
      expect(distance(state.states[0]!, all.state.states[0]!)).toBeLessThan(1e-5);
      model.dispose();
    });
  });

  it.each(everyKind)('keeps a separate state for each of the rows of a source: %o', (options) => {
    tf.tidy(() => {
      const model = smallModel(options);
      const { decoder } = model;
      const memory = model.encoder.forward(source(), [3, 2]);
      const reading = decoder.read(memory);
      const one = decoder.begin(memory.states, reading, 2);
      const first = decoder.step(tf.tensor1d([1, 1], 'int32'), reading, one).state;
      const twice = gatherRows(first, tf.tensor1d([0, 0, 1, 1], 'int32'));
      const both = decoder.step(tf.tensor1d([3, 4, 5, 6], 'int32'), reading, twice);
      for (const [row, tokens] of [
        [3, 5],
        [4, 6],
      ].entries()) {
        const alone = decoder.step(tf.tensor1d(tokens, 'int32'), reading, first);
        const mine = tf.gather(both.scores, tf.tensor1d([row, row + 2], 'int32'));
        expect(distance(mine, alone.scores)).toBeLessThan(1e-5);
      }
      model.dispose();
    });
  });

  it('runs as many kernels for 50 steps as for 5, without input feeding and coverage', async () => {
    const kernelsOf = async (options: SmallModelOptions, steps: number) => {
      const model = smallModel(options);
      const tokens = tokensOf(
        [1, 2].map((row) => Array.from({ length: steps }, (_, t) => 3 + ((t * row) % 5))),
      );
      const { kernels } = await tf.profile(() =>
        tf.tidy(() => {
          tf.variableGrads(() => model.loss(tokens, tokens));
        }),
      );
      tokens.dispose();
      model.dispose();
      return kernels.map(({ name }) => name);
    };
    for (const attention of Object.keys(attentions) as AttentionName[]) {
      const [few, many] = [await kernelsOf({ attention }, 5), await kernelsOf({ attention }, 50)];
      expect(many.length).toBe(few.length);
      // One call by the encoder and one by the decoder
      expect(many.filter((name) => name === 'RecurrentForward')).toHaveLength(2);
      expect(many.filter((name) => name === 'RecurrentBackward')).toHaveLength(2);
    }
    const fed = await kernelsOf({ attention: 'dot', inputFeeding: true }, 5);
    expect(fed.filter((name) => name === 'RecurrentForward')).toHaveLength(1 + 4);
  });

  it('scores tokens with the embedding table when tied, and has it as one parameter', () => {
    const embedding = new nn.Embedding({ numEmbeddings: 8, embeddingDim: 4 });
    const rnn = new nn.GRU({ inputSize: 4, hiddenSize: 4 });
    const decoder = new RecurrentDecoder({ embedding, rnn, tieEmbeddings: true });
    expect(decoder.output.weight).toBe(embedding.weight);
    const keys = [...decoder.namedParameters()].map(([key]) => key);
    expect(keys.filter((key) => !key.startsWith('rnn.'))).toEqual(['embedding.weight', 'output.bias']);
    decoder.dispose();
  });

  it('throws when sizes do not fit one another', () => {
    const embedding = new nn.Embedding({ numEmbeddings: 8, embeddingDim: 4 });
    const gru = (inputSize: number, hiddenSize = 6) => new nn.GRU({ inputSize, hiddenSize });
    const attention = attentions.general({ queryDim: 6, memoryDim: 5 });
    const making = (options: object) => () =>
      new RecurrentDecoder({ embedding, rnn: gru(4), attention, ...options });
    expect(making({ rnn: gru(4), inputFeeding: true })).toThrow(
      'RecurrentDecoder: rnn has inputSize 4; expected 10: embeddingDim, 4 and attentionalSize, 6, which input feeding adds',
    );
    expect(making({ rnn: new nn.GRU({ inputSize: 4, hiddenSize: 6, bidirectional: true }) })).toThrow(
      'rnn is bidirectional; a decoder does not know what comes after',
    );
    expect(making({ rnn: gru(4, 3) })).toThrow("attention has queryDim 6; the layer's output has 3 features");
    expect(making({ attention: undefined, inputFeeding: true, rnn: gru(10) })).toThrow(
      'inputFeeding is true; there is no attention whose vector could be fed',
    );
    expect(making({ tieEmbeddings: true })).toThrow(
      'tieEmbeddings is true; the embedding has 4 features, and tokens are scored by vectors of 6',
    );
    expect(making({ attention: undefined, attentionalSize: 3 })).toThrow(
      'attentionalSize is 3; there is no attention',
    );
  });
});
