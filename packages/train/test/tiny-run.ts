import * as tf from '@tensorflow/tfjs-core';
import { batches, fields, type Padded, padded, scalars, shuffled } from '@unroll/data';
import * as nn from '@unroll/nn';
import { AdamW, OneCycleLR } from '@unroll/optim';
import type { TrainerOptions } from '../src/index.ts';

/** Words of ones and twos. The label tells whether a word has more ones than twos. */
const words = Array.from({ length: 64 }, (_, i) => {
  const characters = Array.from(
    { length: 3 + (i % 6) },
    (_, j) => 1 + ((i * 7 + j * j * 3 + (i >> 2) * j) % 2),
  );
  return { characters, label: Number(characters.filter((one) => one === 1).length * 2 > characters.length) };
});

export interface WordBatch {
  readonly characters: Padded;
  readonly label: tf.Tensor1D;
}

/** A small recurrent classifier, with dropout. */
export class TinyClassifier extends nn.Module {
  readonly embedding = new nn.Embedding({ numEmbeddings: 3, embeddingDim: 4, paddingIdx: 0 });
  readonly gru = new nn.GRU({ inputSize: 4, hiddenSize: 6 });
  readonly dropout = new nn.Dropout({ p: 0.3 });
  readonly output = new nn.Linear({ inFeatures: 6, outFeatures: 2 });

  forward({ values, lengths }: Padded): tf.Tensor2D {
    return tf.tidy(() => {
      const packed = nn.packPaddedSequence(this.embedding.forward(values), lengths, { enforceSorted: false });
      const [, hN] = this.gru.forward(packed);
      return this.output.forward(this.dropout.forward(tf.squeeze(hN, [0]))) as tf.Tensor2D;
    });
  }
}

export const wordBatches = (batchSize = 8, seed = 3) =>
  batches(words, {
    batchSize,
    order: shuffled({ seed }),
    prefetch: 2,
    collate: fields({ characters: padded(), label: scalars() }),
  });

/** A run over the words in which all parts have a state. */
export function tinyRun(totalSteps = 200) {
  nn.manualSeed(11);
  const model = new TinyClassifier();
  const optimizer = new AdamW(model.parameters(), { lr: 0.01, amsgrad: true });
  const scheduler = new OneCycleLR(optimizer, { maxLr: 0.03, totalSteps });
  const options = {
    model,
    optimizer,
    batches: wordBatches(),
    loss: ({ characters, label }) => nn.crossEntropy(model.forward(characters), label),
    weight: ({ characters }) => characters.lengths.length,
    schedule: { scheduler, each: 'step' },
    clipGradNorm: 1,
  } satisfies TrainerOptions<WordBatch>;
  return { model, optimizer, options };
}
