import * as tf from '@tensorflow/tfjs-core';
import { type Padded, padded } from '@unroll/data';
import * as nn from '@unroll/nn';
import { CLASSES } from '../corpora/labelled-name.ts';

export interface NameClassifierOptions {
  /** Number of ids in the vocabulary */
  characters: number;
  embeddingDim: number;
  hiddenSize: number;
  numLayers: number;
  dropout: number;
}

/** Characters → embedding → bidirectional LSTM → the last states of both directions → a score for each class. */
export class NameClassifier extends nn.Module {
  readonly embedding: nn.Embedding;
  readonly lstm: nn.LSTM;
  readonly dropout: nn.Dropout;
  readonly output: nn.Linear;

  constructor({ characters, embeddingDim, hiddenSize, numLayers, dropout }: NameClassifierOptions) {
    super();
    this.embedding = new nn.Embedding({ numEmbeddings: characters, embeddingDim, paddingIdx: 0 });
    this.lstm = new nn.LSTM({
      inputSize: embeddingDim,
      hiddenSize,
      numLayers,
      bidirectional: true,
      dropout: numLayers > 1 ? dropout : 0,
    });
    this.dropout = new nn.Dropout({ p: dropout });
    this.output = new nn.Linear({ inFeatures: 2 * hiddenSize, outFeatures: CLASSES.length });
  }

  /** @returns scores `[N, classes]` */
  forward({ values, lengths }: Padded): tf.Tensor2D {
    return tf.tidy(() => {
      const embedded = this.embedding.forward(values); // [T, N, E]
      const packed = nn.packPaddedSequence(embedded, lengths, { enforceSorted: false });
      const [, [hN]] = this.lstm.forward(packed); // [2·layers, N, H]
      const lastStates = tf.concat(tf.unstack(hN).slice(-2), 1); // [N, 2·H]
      return this.output.forward(this.dropout.forward(lastStates)) as tf.Tensor2D;
    });
  }

  /** Computes each name's class probabilities from the ids of its characters. */
  async classify(names: readonly (readonly number[])[]): Promise<number[][]> {
    const batch = padded()(names);
    try {
      const probabilities = this.evaluating(() => tf.tidy(() => tf.softmax(this.forward(batch))));
      return (await probabilities.array().finally(() => probabilities.dispose())) as number[][];
    } finally {
      tf.dispose(batch);
    }
  }
}
