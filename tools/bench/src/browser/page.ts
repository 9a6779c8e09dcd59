import { answerer } from '../answerer.ts';
import type { Peer } from '../peer.ts';
import { WASM_FOLDER } from './wasm-folder.ts';

// A page that runs the peer ?library with &threads threads, and answers the program that drives it. Only the measured
// library is imported.
const query = new URLSearchParams(location.search);
const library = query.get('library') ?? '';
const threads = Number(query.get('threads'));
const WEBASSEMBLY = 'WebAssembly, SIMD of 128 bits';

const peers: Record<string, () => Promise<Peer>> = {
  'unroll cpu': async () => {
    const { cpu } = await import('@unroll/backend-cpu');
    const { unroll } = await import('../peers/unroll.ts');
    return unroll(cpu({ threads }), WEBASSEMBLY);
  },
  'unroll onnxruntime': async () => {
    const { flush, onnxruntime } = await import('@unroll/backend-onnxruntime');
    const { env } = await import('onnxruntime-web/wasm');
    const { unroll } = await import('../peers/unroll.ts');
    return unroll(onnxruntime({ threads }), `onnxruntime-web ${env.versions.web}, ${WEBASSEMBLY}`, flush);
  },
  'tfjs-wasm': async () => {
    // The library uses at most half of the hardware's threads. This pretends twice as many, so that it uses all of
    // them.
    Object.defineProperty(navigator, 'hardwareConcurrency', { value: 2 * threads });
    const { tfjsWasm } = await import('../peers/tfjs.ts');
    return tfjsWasm({ threads, wasmFolder: new URL(WASM_FOLDER, location.href).href });
  },
  'unroll webgpu': async () => {
    const { flush, webgpu } = await import('@unroll/backend-webgpu');
    const { unroll } = await import('../peers/unroll.ts');
    const backend = webgpu();
    const support = await backend.support();
    return unroll(backend, support.supported ? (support.device ?? '') : support.reason, flush);
  },
  'tfjs-webgpu': async () => (await import('../peers/tfjs-webgpu.ts')).tfjsWebgpu(),
  'jax-js webgpu': async () => (await import('../peers/jax-js.ts')).jaxJs('webgpu'),
  'onnxruntime webgpu': async () => (await import('../peers/onnxruntime-webgpu.ts')).onnxruntimeWebgpu(),
  'jax-js': async () => (await import('../peers/jax-js.ts')).jaxJs(),
};

const peer = await peers[library]!().catch((reason: unknown): Peer => {
  const refuse = (): never => {
    throw reason;
  };
  return { describe: refuse, prepare: refuse };
});
if (!crossOriginIsolated) throw new Error('page: it is not cross-origin isolated');
Object.assign(globalThis, { answer: answerer(peer) });
