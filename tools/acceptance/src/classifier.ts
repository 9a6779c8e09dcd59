import * as tf from '@tensorflow/tfjs-core';
import * as nn from '@unroll/nn';

/** A two-layer bidirectional LSTM over embedded words of different lengths, with dropout: a typical user's model. */
export class Classifier extends nn.Module {
  readonly embedding = new nn.Embedding({ numEmbeddings: 20, embeddingDim: 8, paddingIdx: 0 });
  readonly lstm = new nn.LSTM({
    inputSize: 8,
    hiddenSize: 12,
    numLayers: 2,
    bidirectional: true,
    dropout: 0.2,
  });
  readonly output = new nn.Linear({ inFeatures: 24, outFeatures: 3 });

  /** @param words int32 `[T, N]` */
  forward(words: tf.Tensor2D, lengths: readonly number[]): tf.Tensor2D {
    return tf.tidy(() => {
      const packed = nn.packPaddedSequence(this.embedding.forward(words), lengths, { enforceSorted: false });
      const [, [hN]] = this.lstm.forward(packed); // [4, N, H]
      return this.output.forward(tf.concat(tf.unstack(hN).slice(-2), 1)) as tf.Tensor2D;
    });
  }
}

export interface Sample {
  readonly words: tf.Tensor2D;
  readonly lengths: readonly number[];
  readonly labels: tf.Tensor1D;
}

/**
 * Sentences whose class is determined by their first word. Their lengths depend on `number`. The caller disposes of
 * them.
 */
export function sample(number: number, rows = 6): Sample {
  const lengths = Array.from({ length: rows }, (_, row) => 1 + ((row * 5 + number * 3) % 7));
  const steps = Math.max(...lengths);
  const word = (t: number, row: number) => (t < lengths[row]! ? 1 + ((t * 7 + row * 3 + number) % 19) : 0);
  const words = Array.from({ length: steps }, (_, t) =>
    Array.from({ length: rows }, (_, row) => word(t, row)),
  );
  return {
    words: tf.tensor2d(words, [steps, rows], 'int32'),
    lengths,
    labels: tf.tensor1d(
      words[0]!.map((first) => first % 3),
      'int32',
    ),
  };
}
