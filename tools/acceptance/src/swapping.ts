import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { tfjsBackend, useBackend } from '@unroll/backend';
import { cpu, cpuMemory } from '@unroll/backend-cpu';
import { onnxruntime } from '@unroll/backend-onnxruntime';
import * as nn from '@unroll/nn';
import { AdamW } from '@unroll/optim';
import { Classifier } from './classifier.ts';
import { trainStep } from './train-step.ts';

// A separate program, because resident memory belongs to a process. It changes the backend of a training 200 times,
// with a step in between. Every tenth change uses a new backend object of the same name. It prints a line of JSON with
// what is held after 40, 120 and 200 changes.

export interface SwapFootprint {
  readonly numTensors: number;
  readonly numDataBuffers: number;
  readonly numBytes: number;
  /** Bytes of blocks in WebAssembly memory */
  readonly bytesInUse: number;
  readonly bytesReserved: number;
  /** Resident memory of the process, bytes */
  readonly resident: number;
}

const SWAPS = 200;

const factories = [
  () => cpu({ threads: 1 }),
  () => onnxruntime({ threads: 1 }),
  () => cpu({ threads: 1 }),
  () => tfjsBackend('cpu'),
];
const wasm = cpu({ threads: 1 });
const backends = [wasm, onnxruntime({ threads: 1 }), wasm, tfjsBackend('cpu')];

function footprint(): SwapFootprint {
  globalThis.gc?.();
  const { numTensors, numDataBuffers, numBytes } = tf.memory();
  return { numTensors, numDataBuffers, numBytes, ...cpuMemory(), resident: process.memoryUsage.rss() };
}

nn.manualSeed(1);
await useBackend(wasm);
const model = new Classifier();
const optimizer = new AdamW(model.parameters(), { lr: 1e-3 });
await trainStep(model, optimizer, 0);
const footprints: SwapFootprint[] = [];
for (let swap = 1; swap <= SWAPS; swap++) {
  const place = swap % backends.length;
  await useBackend(swap % 10 === 0 ? factories[place]!() : backends[place]!);
  await trainStep(model, optimizer, swap);
  if (swap % 80 === 40) footprints.push(footprint());
}
console.log(JSON.stringify(footprints));
