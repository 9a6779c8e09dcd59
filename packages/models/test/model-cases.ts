import { type Tensor, type Tensor2D, tensor1d, tensor2d, tensor3d } from '@tensorflow/tfjs-core';
import * as nn from '@unroll/nn';
import { RecurrentEncoder } from '@unroll/seq2seq';
import {
  CharacterEncoder,
  PairClassifier,
  SequenceClassifier,
  SequenceTagger,
  WordEncoder,
} from '../src/index.ts';
import { forecasterCases } from './forecaster-cases.ts';
import { languageCases } from './language-cases.ts';
import type { ModelCase } from './model-case.ts';
import { recognizerCase } from './recognizer-case.ts';
import { using } from './using.ts';
import { vectorCases } from './vector-cases.ts';

const VOCABULARY = 12;
const lengths = [4, 2, 3, 1];
const tokens = (): Tensor2D =>
  tensor2d(
    [
      [3, 4, 5, 6],
      [7, 8, 0, 0],
      [9, 10, 11, 0],
      [5, 0, 0, 0],
    ].flat(),
    [4, 4],
    'int32',
  );
const otherTokens = (): Tensor2D =>
  tensor2d(
    [
      [4, 3],
      [7, 8],
      [11, 9],
      [3, 0],
    ].flat(),
    [4, 2],
    'int32',
  );
const otherLengths = [2, 2, 2, 1];
const labels = (): Tensor => tensor1d([0, 1, 2, 1], 'int32');
const tags = (uncounted = -100): Tensor2D =>
  tensor2d(
    [
      [0, 1, 2, 0],
      [1, 1, 0, 0],
      [2, 0, uncounted, 0],
      [1, 0, 0, 0],
    ].flat(),
    [4, 4],
    'int32',
  );

export const encoder = (options: Partial<nn.LSTMOptions> = {}): RecurrentEncoder =>
  new RecurrentEncoder({
    embedding: new nn.Embedding({ numEmbeddings: VOCABULARY, embeddingDim: 6, paddingIdx: 0 }),
    rnn: new nn.LSTM({ inputSize: 6, hiddenSize: 5, bidirectional: true, ...options }),
  });

/** A word and three characters for each word of two sentences: `[2, 3, 4]` */
const spelledWords = () =>
  tensor3d(
    [
      [
        [3, 1, 2, 3],
        [4, 2, 0, 0],
        [0, 3, 1, 0],
      ],
      [
        [5, 2, 2, 1],
        [0, 1, 0, 0],
        [0, 0, 0, 0],
      ],
    ],
    [2, 3, 4],
    'int32',
  );

const labelsOf = (found: readonly { label: number }[]) => found.map(({ label }) => label);

const classifiers: ModelCase[] = (['last', 'mean', 'max', 'attention', ['mean', 'max']] as const).map(
  (pooling) => ({
    name: `SequenceClassifier, pooling ${[pooling].flat().join(' and ')}`,
    make: () => new SequenceClassifier({ encoder: encoder(), numClasses: 3, pooling, dropout: 0.1 }),
    loss: (model: SequenceClassifier) => model.loss(tokens(), labels(), { lengths }),
    predict: (model: SequenceClassifier) =>
      using([tokens()], async (source) => labelsOf(await model.predict(source, { lengths }))),
    learned: [0, 1, 2, 1],
  }),
);

const pairs: ModelCase[] = [false, true].map((alignment) => ({
  name: `PairClassifier, ${alignment ? 'with' : 'without'} alignment`,
  make: () =>
    new PairClassifier({ encoder: encoder(), numClasses: 3, hiddenSize: 8, alignment, dropout: 0.1 }),
  loss: (model: PairClassifier) =>
    model.loss(tokens(), otherTokens(), labels(), { firstLengths: lengths, secondLengths: otherLengths }),
  predict: (model: PairClassifier) =>
    using([tokens(), otherTokens()], async (first, second) =>
      labelsOf(await model.predict(first, second, { firstLengths: lengths, secondLengths: otherLengths })),
    ),
  learned: [0, 1, 2, 1],
}));

/** Every model, with options that change its computation. */
export const modelCases: readonly ModelCase[] = [
  ...classifiers,
  {
    name: 'SequenceTagger',
    make: () => new SequenceTagger({ encoder: encoder(), numTags: 3, dropout: 0.1 }),
    loss: (model: SequenceTagger) => model.loss(tokens(), tags(), { lengths }),
    predict: (model: SequenceTagger) =>
      using([tokens()], async (source) =>
        (await model.predict(source, { lengths })).map((row, i) => (i === 2 ? row.slice(0, 2) : row)),
      ),
    learned: [[0, 1, 2, 0], [1, 1], [2, 0], [1]],
  },
  {
    name: 'SequenceTagger with a conditional random field',
    make: () => new SequenceTagger({ encoder: encoder(), numTags: 3, dropout: 0.1, crf: true }),
    loss: (model: SequenceTagger) => model.loss(tokens(), tags(1), { lengths }),
    predict: (model: SequenceTagger) => using([tokens()], (source) => model.predict(source, { lengths })),
    learned: [[0, 1, 2, 0], [1, 1], [2, 0, 1], [1]],
  },
  {
    name: 'SequenceTagger of words with characters',
    make: () => {
      const embedding = new nn.Embedding({ numEmbeddings: 5, embeddingDim: 3, paddingIdx: 0 });
      const spelling = new nn.LSTM({ inputSize: 3, hiddenSize: 4, bidirectional: true });
      const characters = new CharacterEncoder({ embedding, rnn: spelling });
      const words = new nn.Embedding({ numEmbeddings: VOCABULARY, embeddingDim: 6, paddingIdx: 0 });
      const rnn = new nn.LSTM({ inputSize: 6 + 8, hiddenSize: 5, bidirectional: true });
      const reader = new WordEncoder({ words, characters, rnn, dropout: 0.05, wordDropout: 0.1 });
      return new SequenceTagger({ encoder: reader, numTags: 3 });
    },
    loss: (model: SequenceTagger) =>
      model.loss(
        spelledWords(),
        tensor2d(
          [
            [0, 1, 2],
            [2, 1, 0],
          ].flat(),
          [2, 3],
          'int32',
        ),
        {
          lengths: [3, 2],
        },
      ),
    predict: (model: SequenceTagger) =>
      using([spelledWords()], (source) => model.predict(source, { lengths: [3, 2] })),
    learned: [
      [0, 1, 2],
      [2, 1],
    ],
  },
  ...pairs,
  recognizerCase,
  ...forecasterCases,
  ...vectorCases,
  ...languageCases,
];
