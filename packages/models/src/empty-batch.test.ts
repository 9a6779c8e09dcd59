import * as tf from '@tensorflow/tfjs-core';
import * as nn from '@unroll/nn';
import { FeatureEncoder } from '@unroll/seq2seq';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../test/backends.ts';
import { encoder } from '../test/model-cases.ts';
import { CtcRecognizer, Forecaster, LanguageModel, SequenceTagger } from './index.ts';

const gru = (inputSize: number) => new nn.GRU({ inputSize, hiddenSize: 3 });
const ints = () => tf.zeros([0, 4], 'int32');

interface Case {
  readonly name: string;
  readonly make: () => nn.Module;
  readonly loss: (model: never) => tf.Scalar;
  readonly predict: (model: never) => Promise<unknown>;
}

const cases: readonly Case[] = [
  {
    name: 'SequenceTagger with a conditional random field',
    make: () => new SequenceTagger({ encoder: encoder(), numTags: 3, crf: true }),
    loss: (model: SequenceTagger) => model.loss(ints(), ints()),
    predict: (model: SequenceTagger) => model.predict(ints()),
  },
  {
    name: 'CtcRecognizer',
    make: () => new CtcRecognizer({ encoder: new FeatureEncoder({ rnn: gru(4), stack: 2 }), numClasses: 3 }),
    loss: (model: CtcRecognizer) => model.loss(tf.zeros([0, 5, 2]), ints()),
    predict: (model: CtcRecognizer) => model.predict(tf.zeros([0, 5, 2]), { beamSize: 2 }),
  },
  {
    name: 'Forecaster',
    make: () => new Forecaster({ encoder: gru(1), decoder: gru(1), horizon: 2, windowScaling: true }),
    loss: (model: Forecaster) => model.loss(tf.zeros([0, 3]), tf.zeros([0, 2]), { lengths: [] }),
    predict: (model: Forecaster) => model.predict(tf.zeros([0, 3])),
  },
  {
    name: 'LanguageModel',
    make: () =>
      new LanguageModel({ embedding: new nn.Embedding({ numEmbeddings: 4, embeddingDim: 2 }), rnn: gru(2) }),
    loss: (model: LanguageModel) => model.loss(ints(), { lengths: [] }),
    predict: async (model: LanguageModel) => tf.tidy(() => model.forward(ints())[0].arraySync()),
  },
];

onEachBackend(() => {
  describe('a batch without rows', () => {
    it.each(cases)('has a mean loss of NaN and no predictions: $name', async ({ make, loss, predict }) => {
      using model = make();
      const mean = tf.tidy(() => loss(model as never));
      expect(await mean.data()).toEqual(Float32Array.of(Number.NaN));
      mean.dispose();
      expect(await predict(model as never)).toEqual([]);
    });
  });
});
