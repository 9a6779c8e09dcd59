import '@tensorflow/tfjs-backend-cpu';
import { getThreadsCount, setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
// Provides tfjs-core's gradients, which Node cannot load in another way.
import '@unroll/backend';
import type { Peer, Prepared } from '../peer.ts';
import { type GemmWorkload, isSeq2Seq } from '../workload.ts';
import { tfjsCharacters } from './tfjs-characters.ts';
import { knownProgram } from './tfjs-programs.ts';
import { tfjsRecurrent } from './tfjs-recurrent.ts';

interface WasmOptions {
  /** The number of threads that it may start, if it can */
  readonly threads: number;
  /** The folder of the `.wasm` files for a page */
  readonly wasmFolder?: string;
}

/** TensorFlow.js on its WebAssembly backend, with a recurrent loop written for it. */
export async function tfjsWasm({ threads, wasmFolder }: WasmOptions): Promise<Peer> {
  setThreadsCount(threads);
  if (wasmFolder) setWasmPaths(wasmFolder);
  await tf.setBackend('wasm');
  return {
    describe: () => ({
      text: `TensorFlow.js ${tf.version_core}, WebAssembly, SIMD of 128 bits`,
      threads: getThreadsCount(),
    }),
    prepare: async (workload) => {
      switch (workload.kind) {
        case 'gemm':
          return gemm(workload);
        case 'recurrent':
          return tfjsRecurrent(workload);
        case 'cell':
          return 'its recurrent loop is timed in W1 to W5';
        case 'characters':
          return workload.isCompiled ? 'it has no compile' : tfjsCharacters(workload);
        case 'training':
          return 'it cannot train an embedding: it has no UnsortedSegmentSum';
      }
      return isSeq2Seq(workload) ? 'it has no encoder-decoder' : knownProgram(workload);
    },
  };
}

/** TensorFlow.js in plain JavaScript, for programs only. */
export async function tfjsCpu(): Promise<Peer> {
  await tf.setBackend('cpu');
  return {
    describe: () => ({ text: `TensorFlow.js ${tf.version_core}, plain JavaScript`, threads: 1 }),
    prepare: async (workload) =>
      workload.kind === 'program' || workload.kind === 'layers'
        ? knownProgram(workload)
        : 'in plain JavaScript it is timed in programs of TensorFlow.js alone',
  };
}

function gemm({ m, k, n }: GemmWorkload): Prepared {
  const a = tf.randomNormal([m, k]) as tf.Tensor2D;
  const b = tf.randomNormal([k, n]) as tf.Tensor2D;
  return { run: () => tf.matMul(a, b).dispose(), dispose: () => tf.dispose([a, b]) };
}
