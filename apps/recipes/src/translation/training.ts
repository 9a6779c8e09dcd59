import { batches, bucketed, fields, listed, type Padded, padded } from '@unroll/data';
import { Adam } from '@unroll/optim';
import type { Seq2Seq } from '@unroll/seq2seq';
import type { TrainerOptions } from '@unroll/train';
import { BLEU } from '@unroll/train/metrics';
import { oneCycle } from '../learning-rate.ts';
import type { TranslatedText, TranslationCodecs } from './codecs.ts';
import type { TranslatorSizes } from './model.ts';
import { translate } from './translate.ts';

export interface TranslationSizes extends TranslatorSizes {
  /** Merges of each byte-pair encoding */
  readonly merges: number;
  /** Tokens of a batch on the longer side, with padding */
  readonly maxTokens: number;
  readonly lr: number;
  /** Of the moving average of the weights */
  readonly decay: number;
  /** Number of epochs between validations */
  readonly validateEvery: number;
}

/** A size for five minutes. */
export const SHORT: TranslationSizes = {
  embeddingDim: 128,
  hiddenSize: 128,
  dropout: 0.2,
  merges: 3000,
  maxTokens: 1000,
  lr: 3e-3,
  decay: 0.99,
  validateEvery: 1,
};

/** A size for three quarters of an hour. */
export const FULL: TranslationSizes = {
  embeddingDim: 256,
  hiddenSize: 256,
  dropout: 0.3,
  merges: 4000,
  maxTokens: 1500,
  lr: 1.5e-3,
  decay: 0.995,
  validateEvery: 2,
};

export type TranslationBatch = {
  /** The texts, for evaluation */
  readonly texts?: readonly TranslatedText[];
  /** `[N, S]` */
  readonly source: Padded;
  /** With start and end tokens `[N, T]` */
  readonly target: Padded;
};

export interface TranslationTrainingOptions {
  sizes: TranslationSizes;
  seed: number;
  /** How much of the training is done, 0 to 1. The learning rate depends on it. */
  fractionDone: () => number;
}

/**
 * The training of a translator: cross-entropy of each token after those before it, evaluated by the BLEU of greedy
 * translations.
 */
export function translationTraining(
  model: Seq2Seq,
  codecs: TranslationCodecs,
  { train, validation }: Readonly<Record<'train' | 'validation', readonly TranslatedText[]>>,
  { sizes, seed, fractionDone }: TranslationTrainingOptions,
): TrainerOptions<TranslationBatch, { bleu: BLEU }> {
  const encoded = (texts: readonly TranslatedText[]) =>
    texts.map((each) => ({
      texts: each,
      source: codecs.source.encode(each.source),
      target: codecs.target.encode(each.target),
    }));
  const order = {
    order: bucketed({ seed }),
    lengthOf: ({ source, target }: Record<'source' | 'target', readonly number[]>) =>
      Math.max(source.length, target.length),
  };
  const numbers = { source: padded({ batchFirst: true }), target: padded({ batchFirst: true }) };
  const optimizer = new Adam(model.parameters(), { lr: sizes.lr, betas: [0.9, 0.98] });
  return {
    model,
    optimizer,
    batches: batches(encoded(train), { maxTokens: sizes.maxTokens, ...order, collate: fields(numbers) }),
    loss: ({ source, target }) =>
      model.loss(source.values, target.values, { sourceLengths: source.lengths, labelSmoothing: 0.1 }),
    weight: ({ target }) => target.lengths.reduce((sum, length) => sum + length - 1, 0),
    clipGradNorm: 1,
    schedule: oneCycle(optimizer, fractionDone),
    average: { decay: sizes.decay },
    validation: {
      batches: batches(encoded(validation), {
        maxTokens: 4000,
        ...order,
        collate: fields({ ...numbers, texts: listed<TranslatedText>() }),
      }),
      every: { epochs: sizes.validateEvery },
      metrics: { bleu: new BLEU() },
      async measure({ texts = [] }, { bleu }) {
        const said = await translate(
          model,
          codecs,
          texts.map(({ source }) => source),
          1,
        );
        bleu.update(
          said,
          texts.map(({ target }) => target),
        );
      },
      value: 'bleu',
      mode: 'max',
    },
  };
}
