import type { Tensor } from '@tensorflow/tfjs-core';
import {
  batches,
  bucketed,
  buildTextCodec,
  fields,
  listed,
  type Padded,
  padded,
  scalars,
  type TextCodec,
  words,
} from '@unroll/data';
import { PairClassifier } from '@unroll/models';
import * as nn from '@unroll/nn';
import { AdamW } from '@unroll/optim';
import { RecurrentEncoder } from '@unroll/seq2seq';
import type { TrainerOptions } from '@unroll/train';
import { Accuracy } from '@unroll/train/metrics';
import { ENTAILMENTS, type SentencePair } from '../corpora/sick.ts';
import { oneCycle } from '../learning-rate.ts';

const EMBEDDING_DIM = 128;
const HIDDEN_SIZE = 128;
const DROPOUT = 0.3;
const EPOCHS = 6;
const LR = 1e-3;

export const pairCodec = (train: readonly SentencePair[]): TextCodec =>
  buildTextCodec(
    train.flatMap(({ premise, hypothesis }) => [premise, hypothesis]),
    {
      tokenizer: words(),
      normalizer: { lowercase: true },
      specials: { pad: '<pad>', unk: '<unk>', eos: '</s>' },
      eos: true,
    },
  );

/** One bidirectional LSTM reads both sentences, and each word is compared with those of the other that it attends to. */
export function pairClassifier({ size }: TextCodec): PairClassifier {
  return new PairClassifier({
    encoder: new RecurrentEncoder({
      embedding: new nn.Embedding({ numEmbeddings: size, embeddingDim: EMBEDDING_DIM, paddingIdx: 0 }),
      rnn: new nn.LSTM({ inputSize: EMBEDDING_DIM, hiddenSize: HIDDEN_SIZE, bidirectional: true }),
      dropout: DROPOUT,
    }),
    numClasses: ENTAILMENTS.length,
    hiddenSize: HIDDEN_SIZE,
    pooling: ['mean', 'max'],
    alignment: true,
    dropout: DROPOUT,
  });
}

export type PairBatch = {
  /** `[N, S]` */
  readonly first: Padded;
  readonly second: Padded;
  /** `[N]` */
  readonly label: Tensor;
  readonly labels: number[];
};

const collate = fields({
  first: padded({ batchFirst: true }),
  second: padded({ batchFirst: true }),
  label: scalars(),
  labels: listed<number>(),
});

export const lengthsOf = ({ first, second }: Pick<PairBatch, 'first' | 'second'>) => ({
  firstLengths: first.lengths,
  secondLengths: second.lengths,
});

const encoded = (pairs: readonly SentencePair[], codec: TextCodec) =>
  pairs.map(({ premise, hypothesis, label }) => ({
    first: codec.encode(premise),
    second: codec.encode(hypothesis),
    label,
    labels: label,
  }));

/** The evaluation of pairs, by accuracy. */
export const judgedPairs = (model: PairClassifier, codec: TextCodec, pairs: readonly SentencePair[]) => ({
  batches: batches(encoded(pairs, codec), { batchSize: 256, collate }),
  metrics: { accuracy: new Accuracy() },
  async measure(batch: PairBatch, { accuracy }: { accuracy: Accuracy }) {
    const found = await model.predict(batch.first.values, batch.second.values, lengthsOf(batch));
    accuracy.update(
      found.map(({ label }) => label),
      batch.labels,
    );
  },
});

/** The training of the pair classifier: cross-entropy of the classes, evaluated on held-out pairs. */
export function pairTraining(
  model: PairClassifier,
  codec: TextCodec,
  { train, heldOut }: { train: readonly SentencePair[]; heldOut: readonly SentencePair[] },
  { seed, fractionDone }: { seed: number; fractionDone: () => number },
): TrainerOptions<PairBatch, { accuracy: Accuracy }> {
  const optimizer = new AdamW(model.parameters(), { lr: LR });
  return {
    model,
    optimizer,
    batches: batches(encoded(train, codec), {
      batchSize: 32,
      order: bucketed({ seed, poolSize: 1000 }),
      lengthOf: ({ first, second }) => first.length + second.length,
      collate,
    }),
    loss: (batch) => model.loss(batch.first.values, batch.second.values, batch.label, lengthsOf(batch)),
    weight: ({ labels }) => labels.length,
    epochs: EPOCHS,
    clipGradNorm: 5,
    schedule: oneCycle(optimizer, fractionDone),
    average: { decay: 0.99 },
    validation: { ...judgedPairs(model, codec, heldOut), value: 'accuracy', mode: 'max' },
  };
}
