import * as tf from '@tensorflow/tfjs-core';
import type { Padded } from '@unroll/data';
import * as nn from '@unroll/nn';

export const CLASSES = ['female', 'male'] as const;

export interface NameClassifierOptions {
  /** Number of ids in the vocabulary */
  characters: number;
  embeddingDim: number;
  hiddenSize: number;
}

/** Characters → embedding → bidirectional LSTM → the last states of both directions → a score for each class. */
export class NameClassifier extends nn.Module {
  readonly embedding: nn.Embedding;
  readonly lstm: nn.LSTM;
  readonly dropout = new nn.Dropout({ p: 0.2 });
  readonly output: nn.Linear;

  constructor({ characters, embeddingDim, hiddenSize }: NameClassifierOptions) {
    super();
    this.embedding = new nn.Embedding({ numEmbeddings: characters, embeddingDim, paddingIdx: 0 });
    this.lstm = new nn.LSTM({ inputSize: embeddingDim, hiddenSize, bidirectional: true });
    this.output = new nn.Linear({ inFeatures: 2 * hiddenSize, outFeatures: CLASSES.length });
  }

  /** @returns scores `[N, classes]` */
  forward({ values, lengths }: Padded): tf.Tensor2D {
    return tf.tidy(() => {
      const embedded = this.embedding.forward(values); // [T, N, E]
      const packed = nn.packPaddedSequence(embedded, lengths, { enforceSorted: false });
      const [, [hN]] = this.lstm.forward(packed); // [2, N, H]
      const lastStates = tf.concat(tf.unstack(hN), 1); // [N, 2·H]
      return this.output.forward(this.dropout.forward(lastStates)) as tf.Tensor2D;
    });
  }
}
