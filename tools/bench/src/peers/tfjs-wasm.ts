import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
// For tfjs-core's gradients, which Node can load in no other way.
import '@unroll/backend';
import type { Peer, Prepared } from '../peer.ts';
import { type GemmWorkload, isSeq2Seq, type RecurrentWorkload } from '../workloads.ts';
import { tfjsProgram } from './tfjs-programs.ts';

/** TensorFlow.js on its WebAssembly backend, with a recurrent loop written for it: one input product for all steps, transposes beforehand. */
export async function tfjsWasm(): Promise<Peer> {
  await tf.setBackend('wasm');
  return {
    describe: () => `TensorFlow.js ${tf.version_core}, wasm (SIMD; its threads do not start in Node)`,
    prepare: async (workload) => {
      if (workload.kind === 'training') return 'it cannot train an embedding: it has no UnsortedSegmentSum';
      if (workload.kind === 'program') return tfjsProgram(workload);
      if (isSeq2Seq(workload)) return 'it has no encoder-decoder';
      return workload.kind === 'gemm' ? gemm(workload) : recurrent(workload);
    },
  };
}

function gemm({ m, k, n }: GemmWorkload): Prepared {
  const a = tf.randomNormal([m, k]) as tf.Tensor2D;
  const b = tf.randomNormal([k, n]) as tf.Tensor2D;
  return { run: () => tf.matMul(a, b).dispose(), dispose: () => tf.dispose([a, b]) };
}

interface Weights {
  weightIh: tf.Tensor2D; // [I, G·H]
  weightHh: tf.Tensor2D; // [H, G·H]
  bias: tf.Tensor1D; // [G·H]
}

function recurrent(workload: RecurrentWorkload): Prepared {
  const { cell, steps, rows, inputSize, hiddenSize, numLayers, bidirectional } = workload;
  const gates = cell === 'lstm' ? 4 : 1;
  const directions = bidirectional ? 2 : 1;
  const layers: Weights[][] = [];
  for (let layer = 0; layer < numLayers; layer++) {
    const features = layer === 0 ? inputSize : directions * hiddenSize;
    layers.push(
      Array.from({ length: directions }, () => ({
        weightIh: tf.variable(tf.randomNormal([features, gates * hiddenSize], 0, 0.05)) as tf.Tensor2D,
        weightHh: tf.variable(tf.randomNormal([hiddenSize, gates * hiddenSize], 0, 0.05)) as tf.Tensor2D,
        bias: tf.variable(tf.zeros([gates * hiddenSize])) as tf.Tensor1D,
      })),
    );
  }
  const x = tf.variable(tf.randomNormal([steps, rows, inputSize])) as tf.Tensor3D;

  const direction = (
    input: tf.Tensor3D,
    { weightIh, weightHh, bias }: Weights,
    reverse: boolean,
  ): tf.Tensor3D => {
    const gatesIh = tf.add(
      tf.matMul(tf.reshape(input, [steps * rows, input.shape[2]]) as tf.Tensor2D, weightIh),
      bias,
    );
    // The gradient of tf.unstack fails where there is one part.
    const projected =
      steps === 1
        ? [gatesIh as tf.Tensor2D]
        : (tf.unstack(tf.reshape(gatesIh, [steps, rows, gates * hiddenSize])) as tf.Tensor2D[]);
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
  };

  const forward = (): tf.Tensor3D =>
    layers.reduce((input, layer) => {
      const outputs = layer.map((weights, which) => direction(input, weights, which === 1));
      return outputs.length === 1 ? outputs[0]! : (tf.concat(outputs, 2) as tf.Tensor3D);
    }, x);

  return {
    run: (pass) => {
      tf.tidy(() => {
        if (pass === 'forward') forward();
        else tf.variableGrads(() => tf.sum(forward()) as tf.Scalar);
      });
    },
    dispose: () => tf.disposeVariables(),
  };
}
