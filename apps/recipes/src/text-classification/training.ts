import { concat, mul, slice, type Tensor, type Tensor2D, tensor2d, tidy, tile } from '@tensorflow/tfjs-core';
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
  type Tokenizer,
} from '@unroll/data';
import { SequenceClassifier } from '@unroll/models';
import * as nn from '@unroll/nn';
import { AdamW } from '@unroll/optim';
import { RecurrentEncoder } from '@unroll/seq2seq';
import type { TrainerOptions } from '@unroll/train';
import { Accuracy, F1 } from '@unroll/train/metrics';
import { logCountRatios } from '../baselines/log-count-ratios.ts';
import type { TrainAndTest } from '../corpora/train-and-test.ts';
import { oneCycle } from '../learning-rate.ts';

export interface LabelledText {
  readonly text: string;
  readonly label: number;
}

const EMBEDDING_DIM = 64;
/** Features of an embedding that begin as the log-count ratio of its word, and as its value in a lexicon */
const HINTS = 4;
const HIDDEN_SIZE = 64;
const DROPOUT = 0.5;
const EPOCHS = 3;
const LR = 2e-3;

export type TextBatch = {
  /** Words of each text `[N, S]` */
  readonly words: Padded;
  /** `[N]` */
  readonly label: Tensor;
  readonly labels: number[];
};

/** What is known of words beforehand, such as their sentiment */
export type Lexicon = ReadonlyMap<string, number>;

/**
 * Converts texts to ids of words in lower case, with an end token, so that an empty text has a step too. The words of a
 * lexicon are known, too.
 */
export const textCodec = (
  texts: readonly LabelledText[],
  tokenizer: Tokenizer,
  lexicon: Lexicon = new Map(),
): TextCodec =>
  buildTextCodec([...texts.map(({ text }) => text), ...lexicon.keys()], {
    tokenizer,
    normalizer: { lowercase: true },
    specials: { pad: '<pad>', unk: '<unk>', eos: '</s>' },
    eos: true,
  });

/**
 * A bidirectional LSTM over words. Its outputs' means and maxima over the words are classified. The embeddings begin
 * with what naive Bayes knows, the log-count ratios of the words (Wang and Manning 2012), and with a lexicon's values.
 */
export function textClassifier(
  codec: TextCodec,
  train: readonly LabelledText[],
  lexicon: Lexicon = new Map(),
): SequenceClassifier {
  const embedding = new nn.Embedding({
    numEmbeddings: codec.size,
    embeddingDim: EMBEDDING_DIM,
    paddingIdx: codec.specialIds.pad,
  });
  tidy(() => {
    const ratios = logCountRatios(encoded(train, codec), codec.size);
    const values = codec.vocabulary.tokens.map((token) => lexicon.get(token) ?? 0);
    const hints = [ratios, values].map((each) =>
      tile(mul<Tensor2D>(tensor2d(each, [codec.size, 1]), 2), [1, HINTS]),
    );
    const rest = slice(embedding.weight, [0, 2 * HINTS], [codec.size, EMBEDDING_DIM - 2 * HINTS]);
    embedding.weight.assign(concat<Tensor2D>([...hints, mul<Tensor2D>(rest, 0.1)], 1));
  });
  return new SequenceClassifier({
    encoder: new RecurrentEncoder({
      embedding,
      rnn: new nn.LSTM({ inputSize: EMBEDDING_DIM, hiddenSize: HIDDEN_SIZE, bidirectional: true }),
      dropout: DROPOUT,
    }),
    numClasses: 2,
    pooling: ['mean', 'max'],
    dropout: DROPOUT,
  });
}

const encoded = (texts: readonly LabelledText[], codec: TextCodec) =>
  texts.map(({ text, label }) => ({ words: codec.encode(text), label, labels: label }));

const collate = fields({
  words: padded({ batchFirst: true }),
  label: scalars(),
  labels: listed<number>(),
});

/** The training of a text classifier: cross-entropy of the classes, evaluated on the held-out texts. */
export function textTraining(
  model: SequenceClassifier,
  codec: TextCodec,
  { train, test }: TrainAndTest<LabelledText>,
  { seed, fractionDone }: { seed: number; fractionDone: () => number },
): TrainerOptions<TextBatch, { accuracy: Accuracy; f1: F1 }> {
  const order = {
    order: bucketed({ seed, poolSize: 1000 }),
    lengthOf: ({ words }: { words: readonly number[] }) => words.length,
  };
  const optimizer = new AdamW(model.parameters(), { lr: LR });
  return {
    model,
    optimizer,
    batches: batches(encoded(train, codec), { batchSize: 32, ...order, collate }),
    loss: ({ words: { values, lengths }, label }) =>
      model.loss(values, label, { lengths, labelSmoothing: 0.1 }),
    weight: ({ labels }) => labels.length,
    epochs: EPOCHS,
    clipGradNorm: 5,
    schedule: oneCycle(optimizer, fractionDone),
    average: { decay: 0.99 },
    validation: {
      batches: batches(encoded(test, codec), { batchSize: 256, collate }),
      metrics: { accuracy: new Accuracy(), f1: new F1({ classes: [1] }) },
      async measure({ words: { values, lengths }, labels }, metrics) {
        const found = (await model.predict(values, { lengths })).map(({ label }) => label);
        metrics.accuracy.update(found, labels);
        metrics.f1.update(found, labels);
      },
      value: 'accuracy',
      mode: 'max',
    },
  };
}
