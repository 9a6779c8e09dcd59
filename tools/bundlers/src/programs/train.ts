import * as tf from '@tensorflow/tfjs-core';
import { type Backend, capabilities, useBackend } from '@unroll/backend';
import * as nn from '@unroll/nn';
import { Adam, trainingStep } from '@unroll/optim';

/** The results that a host of the program checks. */
export interface Report {
  backend: string;
  threads: number;
  losses: number[];
  /** Whether the engine of this program's tfjs-core import is the only engine of the process. */
  oneEngine: boolean;
  /** d(x³)/dx at 2, which needs tfjs-core's own gradients. */
  derivative: number;
  /** Whether weights are the same after saving and loading them from a `Blob`. */
  savedAndLoaded: boolean;
}

/** The backends by name. A page loads only the requested backend. */
const backends: Record<string, () => Promise<Backend>> = {
  cpu: async () => (await import('@unroll/backend-cpu')).cpu(),
  onnxruntime: async () => (await import('@unroll/backend-onnxruntime')).onnxruntime(),
};

/** Trains a small LSTM to distinguish rising from falling sequences, with every layer of the packages. */
export async function train(backend: string): Promise<Report> {
  await useBackend(await backends[backend]!());
  nn.manualSeed(1);
  const rows = 32;
  const steps = 5;
  const labels = Array.from({ length: rows }, (_, row) => row % 2);
  const x = tf.tensor3d(
    labels.map((label, row) =>
      Array.from({ length: steps }, (_, t) => [(label ? t : steps - t) / steps + Math.sin(row)]),
    ),
  );
  const target = tf.tensor1d(labels, 'int32');
  const lstm = new nn.LSTM({ inputSize: 1, hiddenSize: 8, batchFirst: true, bidirectional: true });
  const output = new nn.Linear({ inFeatures: 32, outFeatures: 2 });
  const optimizer = new Adam([...lstm.parameters(), ...output.parameters()], { lr: 0.05 });
  const losses: number[] = [];
  for (let i = 0; i < 40; i++) {
    losses.push(
      await trainingStep(optimizer, () => {
        const [, [h, c]] = lstm.forward(x);
        const features = tf.reshape(tf.transpose(tf.concat([h, c]), [1, 0, 2]), [rows, 32]);
        return nn.crossEntropy(output.forward(features), target);
      }),
    );
  }
  const [derivative] = await tf
    .grad((v) => tf.pow(v, 3))(tf.scalar(2))
    .data();
  const bytes = await nn.save(lstm);
  const loaded = new nn.LSTM({ inputSize: 1, hiddenSize: 8, batchFirst: true, bidirectional: true });
  await nn.load(loaded, new Blob([bytes]));
  const again = await nn.save(loaded);
  return {
    backend: tf.getBackend(),
    threads: capabilities().threads,
    losses,
    oneEngine: tf.engine() === (globalThis as { _tfengine?: unknown })._tfengine,
    derivative: derivative!,
    savedAndLoaded: bytes.length === again.length && bytes.every((byte, i) => byte === again[i]),
  };
}
