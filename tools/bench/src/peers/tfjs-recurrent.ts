import * as tf from '@tensorflow/tfjs-core';
import type { Prepared } from '../peer.ts';
import type { RecurrentWorkload } from '../workload.ts';

/** Weights of one direction of a layer */
export interface Weights {
  readonly weightIh: tf.Tensor2D; // [I, G·H]
  readonly weightHh: tf.Tensor2D; // [H, G·H]
  readonly bias: tf.Tensor1D; // [G·H]
}

export function drawWeights(features: number, gates: number, hiddenSize: number): Weights {
  const matrix = (rows: number): tf.Tensor2D =>
    tf.variable(tf.randomNormal([rows, gates * hiddenSize], 0, 0.05)) as tf.Tensor2D;
  return {
    weightIh: matrix(features),
    weightHh: matrix(hiddenSize),
    bias: tf.variable(tf.zeros([gates * hiddenSize])) as tf.Tensor1D,
  };
}

/**
 * A recurrent loop that is written for TensorFlow.js: one input product for all steps, and transposes in advance.
 * `[T, N, I]` → `[T, N, H]`
 */
export function recurrentLoop(
  cell: 'rnn' | 'lstm',
  input: tf.Tensor3D,
  { weightIh, weightHh, bias }: Weights,
  reverse = false,
): tf.Tensor3D {
  const [steps, rows, features] = input.shape;
  const hiddenSize = weightHh.shape[0];
  const gatesIh = tf.add(
    tf.matMul(tf.reshape(input, [steps * rows, features]) as tf.Tensor2D, weightIh),
    bias,
  );
  // The gradient of tf.unstack fails for a single part.
  const projected =
    steps === 1
      ? [gatesIh as tf.Tensor2D]
      : (tf.unstack(tf.reshape(gatesIh, [steps, rows, weightHh.shape[1]])) as tf.Tensor2D[]);
  let h = tf.zeros([rows, hiddenSize]) as tf.Tensor2D;
  let c = tf.zeros([rows, hiddenSize]) as tf.Tensor2D;
  const outputs: tf.Tensor2D[] = new Array(steps);
  for (let k = 0; k < steps; k++) {
    const t = reverse ? steps - 1 - k : k;
    const sum = tf.add(projected[t]!, tf.matMul(h, weightHh)) as tf.Tensor2D;
    if (cell === 'rnn') {
      h = tf.tanh(sum);
    } else {
      const [i, f, g, o] = tf.split(sum, 4, 1) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
      c = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)));
      h = tf.mul(tf.sigmoid(o), tf.tanh(c));
    }
    outputs[t] = h;
  }
  return tf.stack(outputs) as tf.Tensor3D;
}

/** @param finish waits at the end of a run for a backend that computes later */
export function tfjsRecurrent(workload: RecurrentWorkload, finish?: () => Promise<void>): Prepared {
  const { cell, steps, rows, inputSize, hiddenSize, numLayers, bidirectional } = workload;
  const directions = bidirectional ? 2 : 1;
  const layers: Weights[][] = [];
  for (let layer = 0; layer < numLayers; layer++) {
    const features = layer === 0 ? inputSize : directions * hiddenSize;
    const draw = () => drawWeights(features, cell === 'lstm' ? 4 : 1, hiddenSize);
    layers.push(Array.from({ length: directions }, draw));
  }
  const x = tf.variable(tf.randomNormal([steps, rows, inputSize])) as tf.Tensor3D;
  const forward = (): tf.Tensor3D =>
    layers.reduce((input, layer) => {
      const outputs = layer.map((weights, which) => recurrentLoop(cell, input, weights, which === 1));
      return outputs.length === 1 ? outputs[0]! : (tf.concat(outputs, 2) as tf.Tensor3D);
    }, x);
  return {
    run: async (pass) => {
      const results = tf.tidy(() =>
        pass === 'forward'
          ? forward()
          : (tf.variableGrads(() => tf.sum(forward()) as tf.Scalar) as unknown as tf.Tensor),
      );
      await finish?.();
      tf.dispose(results);
    },
    dispose: () => tf.disposeVariables(),
  };
}
