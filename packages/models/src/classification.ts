import { softmax, type Tensor2D, tidy } from '@tensorflow/tfjs-core';

/** A class that a model predicts. */
export interface Classification {
  /** The most probable class, 0…C−1; the lowest on a tie */
  readonly label: number;
  readonly probability: number;
  /** The probability of each class, `[C]` */
  readonly probabilities: Float32Array;
}

/**
 * Reads the classes from their scores `[N, C]`, and frees the scores.
 *
 * @throws where a probability is NaN
 */
export async function readClassifications(operation: string, scores: Tensor2D): Promise<Classification[]> {
  const [rows, classes] = scores.shape;
  const probabilities = tidy(() => softmax(scores));
  scores.dispose();
  try {
    const numbers = (await probabilities.data()) as Float32Array;
    return Array.from({ length: rows }, (_, row) => {
      const ofRow = numbers.slice(row * classes, (row + 1) * classes);
      if (ofRow.some(Number.isNaN)) throw new Error(`${operation}: the scores of row ${row} are not finite`);
      const label = ofRow.indexOf(Math.max(...ofRow));
      return { label, probability: ofRow[label]!, probabilities: ofRow };
    });
  } finally {
    probabilities.dispose();
  }
}
