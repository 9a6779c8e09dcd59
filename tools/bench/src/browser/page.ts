import { answerer } from '../answerer.ts';
import type { Peer } from '../peer.ts';
import { WASM_FOLDER } from './wasm-folder.ts';

// A page that is the peer ?library on so many &threads, and answers whoever drives it. Each library is imported only where it is
// the one measured.
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
    // It takes half of the hardware's threads at most, whatever it is asked for; told of twice as many, it takes all.
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
