import * as tf from '@tensorflow/tfjs-core';

/** A number of elements for which TensorFlow.js does not compute on the host. */
export const COUNT = 1000;
export const ROWS = 7;

/** Indices that the host does not know; one of them may be wrong */
export const computed = (wrong?: number, place = 123): tf.Tensor1D =>
  tf.tidy(() => {
    const values = Int32Array.from({ length: COUNT }, (_, i) =>
      i === place && wrong !== undefined ? wrong : i % ROWS,
    );
    return tf.add(tf.tensor1d(values, 'int32'), tf.tensor1d(new Int32Array(COUNT), 'int32')) as tf.Tensor1D;
  });

/** The error for index 9 at its usual place */
export const refusal = 'embedding: indices holds 9 in row 123; expected rows 0 to 6';
