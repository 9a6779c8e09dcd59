import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { onnxruntime, onnxruntimeStatistics } from '@unroll/backend-onnxruntime';
import * as nn from '@unroll/nn';
import { AdamW } from '@unroll/optim';
import { Classifier } from './classifier.ts';
import { trainStep } from './train-step.ts';

// A separate program, because resident memory belongs to a process. It makes as many training steps on ONNX Runtime as
// its argument says, with batches of varying size and length, and prints a line of JSON with what it holds after 500 steps
// and at the end.

export interface Footprint {
  readonly numTensors: number;
  readonly sessions: number;
  readonly sessionsEvicted: number;
  readonly pending: number;
  readonly bytesPooled: number;
  /** Resident memory of the process, bytes */
  readonly resident: number;
}

const STEPS = Number(process.argv[2]);

function footprint(): Footprint {
  globalThis.gc?.();
  const { sessions, sessionsEvicted, pending, bytesPooled } = onnxruntimeStatistics();
  const resident = process.memoryUsage.rss();
  return { numTensors: tf.memory().numTensors, sessions, sessionsEvicted, pending, bytesPooled, resident };
}

await useBackend(onnxruntime({ threads: 1 }));
nn.manualSeed(1);
const model = new Classifier();
const optimizer = new AdamW(model.parameters(), { lr: 1e-3 });
const footprints: Footprint[] = [];
for (let number = 1; number <= STEPS; number++) {
  await trainStep(model, optimizer, number, number % 10 === 0 ? 4 : 6);
  if (number === 500 || number === STEPS) footprints.push(footprint());
}
console.log(JSON.stringify(footprints));
