import { batches, bucketed, type DatasetBatches, fields, listed, type Padded, padded } from '@unroll/data';
import { Adam, LambdaLR } from '@unroll/optim';
import type { TrainerOptions } from '@unroll/train';
import { PhonemeErrorRate } from '@unroll/train/metrics';
import type { DictionaryWord } from '../corpora/cmudict.ts';
import type { PronunciationCodecs, PronunciationCorpus } from './corpus.ts';
import type { Pronouncer } from './model.ts';

/** The size of a model, and its training options. */
export interface PronunciationSize {
  readonly embeddingDim: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly dropout: number;
  /** The initial learning rate, which falls to 0 by a cosine */
  readonly lr: number;
  readonly labelSmoothing: number;
  /** Whether to learn all pronunciations of a word, or only its first */
  readonly allPronunciations: boolean;
  /** Number of words in a batch */
  readonly batchSize: number;
  /** Number of updates between validations */
  readonly validateEvery: number;
}

/**
 * About 55 pairs of lengths of letters and phonemes recur. One batch in twenty has words of two lengths, and its pair
 * never recurs.
 */
const MOST_SHAPES = 128;

/** Number of words that are sorted at a time. With this many, few batches have words of two lengths. */
const POOL_SIZE = 40_000;

/** A size that two minutes suffice for. */
export const SHORT: PronunciationSize = {
  embeddingDim: 64,
  hiddenSize: 128,
  numLayers: 1,
  dropout: 0,
  lr: 2e-3,
  labelSmoothing: 0,
  allPronunciations: false,
  batchSize: 128,
  validateEvery: 400,
};

/** A size for an hour of training. */
export const FULL: PronunciationSize = {
  embeddingDim: 128,
  hiddenSize: 192,
  numLayers: 2,
  dropout: 0.2,
  lr: 2e-3,
  labelSmoothing: 0.1,
  allPronunciations: true,
  batchSize: 128,
  validateEvery: 2000,
};

/** A batch of words, each with one pronunciation. */
export type WordBatch = {
  /**
   * The words themselves, for evaluation. Training batches leave them out: the loss does not need them, and they would
   * make every batch different.
   */
  readonly words?: readonly DictionaryWord[];
  /** Letters of each word `[N, S]` */
  readonly letters: Padded;
  /** Phonemes of each word, with start and end tokens `[N, T]` */
  readonly phonemes: Padded;
};

/** A word with a pronunciation, as ids. */
export interface WordPair {
  readonly words: DictionaryWord;
  readonly letters: readonly number[];
  readonly phonemes: readonly number[];
}

/** Each word with each of its pronunciations, or only with its first. */
export function wordPairs(
  words: readonly DictionaryWord[],
  { letters, phonemes }: PronunciationCodecs,
  allPronunciations: boolean,
): WordPair[] {
  return words.flatMap((word) =>
    (allPronunciations ? word.pronunciations : word.pronunciations.slice(0, 1)).map((pronunciation) => ({
      words: word,
      letters: letters.encode(word.word),
      phonemes: phonemes.encode(pronunciation.join(' ')),
    })),
  );
}

/**
 * The order of words in batches: words with equal numbers of letters together, then of phonemes, so that there is
 * little padding.
 */
export const wordOrder = ({ batchSize, seed }: { batchSize: number; seed: number }) => ({
  batchSize,
  order: bucketed({ seed, poolSize: POOL_SIZE }),
  lengthOf: ({ letters, phonemes }: WordPair) => 100 * letters.length + phonemes.length,
});

const numbers = { letters: padded({ batchFirst: true }), phonemes: padded({ batchFirst: true }) };

export const wordBatches = (
  pairs: readonly WordPair[],
  order: { batchSize: number; seed: number },
): DatasetBatches<WordBatch> => batches(pairs, { ...wordOrder(order), collate: fields(numbers) });

const judgedBatches = (
  pairs: readonly WordPair[],
  order: { batchSize: number; seed: number },
): DatasetBatches<WordBatch> =>
  batches(pairs, {
    ...wordOrder(order),
    collate: fields({ ...numbers, words: listed<DictionaryWord>() }),
  });

export interface PronunciationTrainingOptions {
  size: PronunciationSize;
  seed: number;
  /** How much of the training is done, 0 to 1. The learning rate depends on it. */
  fractionDone: () => number;
}

/**
 * The training of the pronouncer: cross-entropy of each phoneme after those before it, evaluated by greedy search on
 * held-out words.
 */
export function pronunciationTraining(
  model: Pronouncer,
  codecs: PronunciationCodecs,
  { train, validation }: Pick<PronunciationCorpus, 'train' | 'validation'>,
  { size, seed, fractionDone }: PronunciationTrainingOptions,
): TrainerOptions<WordBatch, { per: PhonemeErrorRate }> {
  const { batchSize, allPronunciations, lr, labelSmoothing, validateEvery } = size;
  const optimizer = new Adam(model.parameters(), { lr });
  const cosine = () => (1 + Math.cos(Math.PI * fractionDone())) / 2;
  return {
    model,
    optimizer,
    batches: wordBatches(wordPairs(train, codecs, allPronunciations), { batchSize, seed }),
    loss: ({ letters, phonemes }) => model.loss(letters, phonemes, labelSmoothing),
    weight: ({ letters }) => letters.lengths.length,
    compile: { maxCaptures: MOST_SHAPES },
    clipGradNorm: 5,
    schedule: { scheduler: new LambdaLR(optimizer, { lrLambda: cosine }), each: 'step' },
    validation: {
      batches: judgedBatches(wordPairs(validation, codecs, false), { batchSize: 500, seed }),
      every: { steps: validateEvery },
      metrics: { per: new PhonemeErrorRate() },
      async measure({ words = [] }, { per }) {
        const said = await model.say(
          words.map(({ word }) => word),
          1,
        );
        per.update(
          said,
          words.map(({ pronunciations }) => pronunciations),
        );
      },
      value: 'per',
    },
  };
}
