import * as tf from '@tensorflow/tfjs-core';
import type { Prepared } from '../peer.ts';
import type { LayersWorkload, ProgramWorkload } from '../workload.ts';
import { tfjsLayers } from './tfjs-layers.ts';

// Programs as users of TensorFlow.js write them, with tfjs-core alone, on the current backend.

/** Computes scores `[N, classes]` from a batch's inputs */
type Model = (input: tf.Tensor) => tf.Tensor2D;

const weight = (...shape: [number, number]): tf.Tensor2D =>
  tf.variable(tf.randomNormal(shape, 0, 0.05)) as tf.Tensor2D;
const bias = (size: number): tf.Tensor1D => tf.variable(tf.zeros([size])) as tf.Tensor1D;

function mlp({ inputSize, hiddenSize, classes }: ProgramWorkload): Model {
  const [weight1, bias1] = [weight(inputSize, hiddenSize), bias(hiddenSize)];
  const [weight2, bias2] = [weight(hiddenSize, hiddenSize), bias(hiddenSize)];
  const [weight3, bias3] = [weight(hiddenSize, classes), bias(classes)];
  return (input) => {
    const hidden1 = tf.relu(tf.add(tf.matMul(input, weight1), bias1));
    const hidden2 = tf.relu(tf.add(tf.matMul(hidden1, weight2), bias2));
    return tf.add(tf.matMul(hidden2, weight3), bias3);
  };
}

function lstm({ rows, inputSize, hiddenSize, classes }: ProgramWorkload): Model {
  const weightIh = weight(inputSize, 4 * hiddenSize);
  const weightHh = weight(hiddenSize, 4 * hiddenSize);
  const gateBias = bias(4 * hiddenSize);
  const [weightOut, biasOut] = [weight(hiddenSize, classes), bias(classes)];
  return (input) => {
    let h = tf.zeros([rows, hiddenSize]) as tf.Tensor2D;
    let c = tf.zeros([rows, hiddenSize]) as tf.Tensor2D;
    for (const x of tf.unstack(input)) {
      const gates = tf.add(tf.add(tf.matMul(x, weightIh), tf.matMul(h, weightHh)), gateBias);
      const [i, f, g, o] = tf.split(gates, 4, 1) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
      c = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)));
      h = tf.mul(tf.sigmoid(o), tf.tanh(c));
    }
    return tf.add(tf.matMul(h, weightOut), biasOut);
  };
}

/** A program that does not know the backend on which it runs. */
export const knownProgram = (workload: ProgramWorkload | LayersWorkload): Prepared =>
  workload.kind === 'program' ? tfjsProgram(workload) : tfjsLayers(workload);

/** One run is one step of `tf.train.adam`. Its loss is read. */
function tfjsProgram(workload: ProgramWorkload): Prepared {
  const { program, steps, rows, inputSize, classes } = workload;
  const model = program === 'mlp' ? mlp(workload) : lstm(workload);
  const input = tf.randomNormal(program === 'mlp' ? [rows, inputSize] : [steps, rows, inputSize]);
  const rowClasses = Array.from({ length: rows }, (_, row) => row % classes);
  const labels = tf.oneHot(tf.tensor1d(rowClasses, 'int32'), classes);
  const optimizer = tf.train.adam(1e-3);
  return {
    run: async () => {
      const loss = optimizer.minimize(
        () => tf.neg(tf.mean(tf.sum(tf.mul(labels, tf.logSoftmax(model(input))), 1))) as tf.Scalar,
        true,
      )!;
      await loss.data();
      loss.dispose();
    },
    dispose: () => {
      optimizer.dispose();
      tf.dispose([input, labels]);
      tf.disposeVariables();
    },
  };
}
