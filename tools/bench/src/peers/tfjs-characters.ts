import * as tf from '@tensorflow/tfjs-core';
import type { Prepared } from '../peer.ts';
import { textBatches } from '../training-data.ts';
import type { CharactersWorkload } from '../workload.ts';
import { drawWeights, recurrentLoop } from './tfjs-recurrent.ts';

const BATCHES = 64;
const MAX_NORM = 1;

/**
 * The character model in plain TensorFlow.js. The embedding is a product with one-hot rows, because the gradient of
 * `tf.gather` needs a kernel that the WebAssembly backend does not have.
 */
export function tfjsCharacters(workload: CharactersWorkload): Prepared {
  const { rows, steps, vocabulary, embeddingDim, hiddenSize, numLayers } = workload;
  const matrix = (inputs: number, outputs: number): tf.Tensor2D =>
    tf.variable(tf.randomNormal([inputs, outputs], 0, 0.1)) as tf.Tensor2D;
  const embedding = matrix(vocabulary, embeddingDim);
  const layers = Array.from({ length: numLayers }, (_, layer) =>
    drawWeights(layer === 0 ? embeddingDim : hiddenSize, 4, hiddenSize),
  );
  const weightOut = matrix(hiddenSize, vocabulary);
  const biasOut = tf.variable(tf.zeros([vocabulary]));
  const optimizer = tf.train.adam(1e-3);
  const batches = textBatches(workload, BATCHES);
  const oneHot = (characters: Int32Array): tf.Tensor2D =>
    tf.cast(tf.oneHot(tf.tensor1d(characters, 'int32'), vocabulary), 'float32') as tf.Tensor2D;

  const loss = (tokens: tf.Tensor2D, target: tf.Tensor2D): tf.Scalar => {
    const embedded = tf.reshape(tf.matMul(tokens, embedding), [steps, rows, embeddingDim]) as tf.Tensor3D;
    const output = layers.reduce((input, weights) => recurrentLoop('lstm', input, weights), embedded);
    const scores = tf.add(tf.matMul(tf.reshape(output, [steps * rows, hiddenSize]), weightOut), biasOut);
    return tf.neg(tf.mean(tf.sum(tf.mul(target, tf.logSoftmax(scores)), 1))) as tf.Scalar;
  };

  let next = 0;
  return {
    run: async () => {
      const { tokens, target } = batches[next++ % BATCHES]!;
      const value = tf.tidy(() => {
        const inputs: [tf.Tensor2D, tf.Tensor2D] = [oneHot(tokens), oneHot(target)];
        const { value, grads } = tf.variableGrads(() => loss(...inputs));
        const squares = Object.values(grads).map((gradient) => tf.sum(tf.square(gradient)));
        const norm = tf.sqrt(tf.addN(squares));
        const factor = tf.minimum(tf.div(MAX_NORM, tf.add(norm, 1e-6)), 1);
        optimizer.applyGradients(
          Object.fromEntries(
            Object.entries(grads).map(([name, gradient]) => [name, tf.mul(gradient, factor)]),
          ),
        );
        return value;
      });
      await value.data();
      value.dispose();
    },
    dispose: () => {
      optimizer.dispose();
      tf.disposeVariables();
    },
  };
}
