import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { type DumpedGraph, onnxruntime, onnxruntimeStatistics } from '@unroll/backend-onnxruntime';
import * as nn from '@unroll/nn';
import { markdownTable } from 'markdown-table';
import { trainingSteps } from './peers/unroll-training.ts';
import type { TrainingWorkload } from './workload.ts';
import { workloadById } from './workloads.ts';

export interface GraphMeasurements {
  readonly byLength: readonly { steps: number; nodes: number; creationMs: number }[];
  readonly training: { steps: number; runs: number; sessionsCreated: number; outsideShare: number };
}

const THREADS = 2;
const LENGTHS = [16, 64, 256, 1024];
/** The LSTM of W3, forward and backward */
const LSTM = { inputSize: 64, hiddenSize: 128 };
const TRAINING_STEPS = 1000;

/**
 * Measures the costs of ONNX graphs: nodes and creation time by sequence length, and sessions of a long training with
 * varying batches.
 */
export async function measureGraphs(print: (line: string) => void): Promise<GraphMeasurements> {
  const byLength = [];
  for (const steps of LENGTHS) byLength.push(await measureLength(steps));
  print('\nGraph of an LSTM 64→128, N=32, forward and backward, by the number of steps T:\n');
  print(
    markdownTable([
      ['T', 'nodes', 'graph built and session created, ms'],
      ...byLength.map(({ steps, nodes, creationMs }) => [
        String(steps),
        String(nodes),
        creationMs.toFixed(1),
      ]),
    ]),
  );
  const training = await measureTraining();
  print(
    `\nE2E, ${training.steps} steps with lengths from 8 to 40 and batches of 32, every tenth of 20: ` +
      `${training.sessionsCreated} sessions for ${training.runs} runs; ` +
      `${(100 * training.outsideShare).toFixed(1)} % of a step (median) is spent outside ONNX Runtime`,
  );
  return { byLength, training };
}

async function measureLength(steps: number): Promise<{ steps: number; nodes: number; creationMs: number }> {
  let nodes = 0;
  const dumpGraph = ({ nodeCount }: DumpedGraph): void => {
    nodes = nodeCount;
  };
  // A new backend, which has no sessions yet.
  await useBackend(onnxruntime({ threads: THREADS, dumpGraph }));
  const model = new nn.LSTM(LSTM);
  const x = tf.variable(tf.randomNormal([steps, 32, LSTM.inputSize]));
  const { value, grads } = tf.variableGrads(() => tf.sum(model.forward(x)[0]) as tf.Scalar);
  await value.data();
  const { creationMs } = onnxruntimeStatistics();
  tf.dispose([value, grads]);
  model.dispose();
  x.dispose();
  return { steps, nodes, creationMs };
}

async function measureTraining(): Promise<GraphMeasurements['training']> {
  await useBackend(onnxruntime({ threads: THREADS }));
  const workload = workloadById('E2E') as TrainingWorkload;
  const full = trainingSteps(workload);
  const last = trainingSteps({ ...workload, rows: 20 });
  const shares: number[] = [];
  for (let i = 0; i < TRAINING_STEPS; i++) {
    const before = onnxruntimeStatistics().runMs;
    const start = performance.now();
    await (i % 10 === 9 ? last : full).run('step');
    const total = performance.now() - start;
    shares.push(1 - (onnxruntimeStatistics().runMs - before) / total);
  }
  const { runs, sessionsCreated } = onnxruntimeStatistics();
  full.dispose?.();
  last.dispose?.();
  shares.sort((a, b) => a - b);
  return { steps: TRAINING_STEPS, runs, sessionsCreated, outsideShare: shares[TRAINING_STEPS / 2]! };
}
