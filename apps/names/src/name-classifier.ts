import * as tf from '@tensorflow/tfjs-core';
import * as nn from '@unroll/nn';
import type { Batch } from './batch.ts';
import { CLASSES } from './name-lists.ts';

export interface NameClassifierOptions {
  /** Numbers that the alphabet has */
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
  forward({ characters, lengths }: Batch): tf.Tensor2D {
    return tf.tidy(() => {
      const embedded = this.embedding.forward(characters); // [T, N, E]
      const packed = nn.packPaddedSequence(embedded, lengths, { enforceSorted: false });
      const [, [hN]] = this.lstm.forward(packed); // [2·layers, N, H]
      const lastStates = tf.concat(tf.unstack(hN).slice(-2), 1); // [N, 2·H]
      return this.output.forward(this.dropout.forward(lastStates)) as tf.Tensor2D;
    });
  }

  /** Probabilities `[N, classes]`, as numbers. */
  async probabilities(batch: Batch): Promise<number[][]> {
    const wasTraining = this.training;
    this.eval();
    const probabilities = tf.tidy(() => tf.softmax(this.forward(batch)));
    this.train(wasTraining);
    const rows = (await probabilities.array()) as number[][];
    probabilities.dispose();
    return rows;
  }
}
