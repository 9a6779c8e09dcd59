import { batches, bucketed, type DatasetBatches, fields, listed, type Padded, padded } from '@unroll/data';
import { Adam, LambdaLR } from '@unroll/optim';
import type { TrainerOptions } from '@unroll/train';
import { PhonemeErrorRate } from '@unroll/train/metrics';
import type { DictionaryWord } from '../corpora/cmudict.ts';
import type { PronunciationCodecs, PronunciationCorpus } from './corpus.ts';
import type { Pronouncer } from './model.ts';

/** A model, and how it is trained. */
export interface PronunciationSize {
  readonly embeddingDim: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly dropout: number;
  /** The first learning rate, from which it falls by a cosine */
  readonly lr: number;
  readonly labelSmoothing: number;
  /** Whether all pronunciations of a word are learnt, or its first alone */
  readonly allPronunciations: boolean;
  /** Words of a batch */
  readonly batchSize: number;
  /** Updates from one validation to the next */
  readonly validateEvery: number;
}

/** Some 55 pairs of lengths recur, of letters and phonemes; one batch in twenty has words of two lengths, and none like it comes again. */
const MOST_SHAPES = 128;

/** Words that are sorted at a time: of so many, hardly a batch has words of two lengths. */
const POOL_SIZE = 40_000;

/** What two minutes suffice for. */
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

/** What learns for an hour. */
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

/** Words side by side, each with a pronunciation. */
export type WordBatch = {
  /** The words themselves, where they are judged: the loss does not need them, and no step of training is like another with them. */
  readonly words?: readonly DictionaryWord[];
  /** Letters of each word `[N, S]` */
  readonly letters: Padded;
  /** Phonemes of each word, with start and end `[N, T]` */
  readonly phonemes: Padded;
};

/** A word with a pronunciation, as numbers. */
export interface WordPair {
  readonly words: DictionaryWord;
  readonly letters: readonly number[];
  readonly phonemes: readonly number[];
}

/** Each word with its pronunciations, or with its first alone. */
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

/** How words are put into batches: with others of as many letters, and among those of as many phonemes, so that there is little padding. */
export const wordOrder = ({ batchSize, seed }: { batchSize: number; seed: number }) => ({
  batchSize,
  order: bucketed({ seed, poolSize: POOL_SIZE }),
  lengthOf: ({ letters, phonemes }: WordPair) => 100 * letters.length + phonemes.length,
});

const numbers = { letters: padded({ batchFirst: true }), phonemes: padded({ batchFirst: true }) };

/** Batches to learn from */
export const wordBatches = (
  pairs: readonly WordPair[],
  order: { batchSize: number; seed: number },
): DatasetBatches<WordBatch> => batches(pairs, { ...wordOrder(order), collate: fields(numbers) });

/** Batches to be judged by */
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
  /** How much of the training is done, from 0 to 1; the learning rate goes by it. */
  fractionDone: () => number;
}

/** How a model learns to pronounce: the cross-entropy of each phoneme after those before it, and greedy search of words that are held out. */
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
