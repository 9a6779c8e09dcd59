import { blockUntilReady, defaultDevice, init, numpy as np, random, tree } from '@jax-js/jax';
import type { Peer, Prepared } from '../peer.ts';
import type { GemmWorkload } from '../workload.ts';
import { jaxCharacters } from './jax-characters.ts';
import { jaxRecurrent } from './jax-recurrent.ts';

/** jax-js under `jit`; it has no scan, so the loop is unrolled into the compiled program. */
export async function jaxJs(device: 'wasm' | 'webgpu' = 'wasm'): Promise<Peer> {
  await init(device);
  defaultDevice(device);
  const what = device === 'wasm' ? 'WebAssembly, SIMD of 128 bits' : 'WebGPU';
  return {
    describe: () => ({
      text: `jax-js 0.1.25, ${what}, jit (no scan: unrolled)`,
      threads: device === 'wasm' ? workers() : 0,
    }),
    prepare: async (workload) => {
      switch (workload.kind) {
        case 'gemm':
          return gemm(workload);
        case 'recurrent':
          return jaxRecurrent(workload);
        case 'cell':
          return 'its recurrent loop is timed in W1 to W5';
        case 'characters':
          return workload.isCompiled ? 'it is compiled in W6 already' : jaxCharacters(workload);
        case 'training':
          return 'it has no sequences of differing lengths';
        case 'program':
        case 'layers':
          return 'the program is for backends of TensorFlow.js';
      }
      return 'it has no encoder-decoder';
    },
  };
}

/** It starts a worker for each hardware thread, and none where there are no workers, as in Node. */
const workers = (): number =>
  typeof SharedArrayBuffer !== 'undefined' && typeof Worker !== 'undefined'
    ? navigator.hardwareConcurrency
    : 1;

function gemm({ m, k, n }: GemmWorkload): Prepared {
  const a = random.normal(random.key(0), [m, k]);
  const b = random.normal(random.key(1), [k, n]);
  return {
    run: async () => {
      const c = np.matmul(a.ref, b.ref);
      await blockUntilReady(c);
      c.dispose();
    },
    dispose: () => tree.dispose([a, b]),
  };
}
