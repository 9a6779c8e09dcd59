import { tensor2d } from '@tensorflow/tfjs-core';
import * as nn from '@unroll/nn';
import { LanguageModel } from '../src/index.ts';
import type { ModelCase } from './model-case.ts';

/** Two texts that go round, and their next pieces of three tokens */
const rounds = [
  [1, 2, 3, 4],
  [4, 3, 2, 1],
];
const pieceAt = (begin: number) => rounds.map((row) => [0, 1, 2, 3].map((t) => row[(begin + t) % 4]!));

/** Calls of the loss so far, by model: each call reads on where the last one stopped. */
const calls = new WeakMap<LanguageModel, number>();

export const languageCases: readonly ModelCase[] = [
  {
    name: 'LanguageModel whose states are carried',
    make: () =>
      new LanguageModel({
        embedding: new nn.Embedding({ numEmbeddings: 6, embeddingDim: 8 }),
        rnn: new nn.LSTM({ inputSize: 8, hiddenSize: 8, numLayers: 2 }),
        dropout: 0.05,
        tieWeights: true,
        carriedRows: 2,
      }),
    loss: (model: LanguageModel) => {
      const call = calls.get(model) ?? 0;
      calls.set(model, call + 1);
      return model.loss(tensor2d(pieceAt(3 * call), [2, 4], 'int32'));
    },
    predict: async (model: LanguageModel) => [
      await model.sample([1, 2], { length: 5, topK: 1 }),
      await model.sample([2, 1], { length: 5, topK: 1 }),
    ],
    learned: [
      [3, 4, 1, 2, 3],
      [4, 3, 2, 1, 4],
    ],
  },
  {
    name: 'LanguageModel of texts that end',
    make: () =>
      new LanguageModel({
        embedding: new nn.Embedding({ numEmbeddings: 6, embeddingDim: 6 }),
        rnn: new nn.GRU({ inputSize: 6, hiddenSize: 8 }),
      }),
    loss: (model: LanguageModel) =>
      model.loss(tensor2d([0, 1, 2, 5, 0, 3, 5, 4], [2, 4], 'int32'), { lengths: [4, 3] }),
    predict: async (model: LanguageModel) => [
      await model.sample([0, 1], { length: 5, endToken: 5, topK: 1 }),
      await model.sample([0, 3], { length: 5, endToken: 5, topK: 1 }),
    ],
    learned: [[2], []],
  },
];
