import { processorInstructions } from '../driver/machine.ts';
import { servePeer } from '../serve-peer.ts';

// A peer's process: `node peers/main.js 'unroll cpu' 2`. Only the measured library is imported.
const [name, count = '1'] = process.argv.slice(2);
const threads = Number(count);

switch (name) {
  case 'unroll cpu': {
    const { cpu } = await import('@unroll/backend-cpu');
    const { unroll } = await import('./unroll.ts');
    await servePeer(await unroll(cpu({ threads }), 'WebAssembly, SIMD of 128 bits'));
    break;
  }
  case 'unroll onnxruntime': {
    const { flush, onnxruntime } = await import('@unroll/backend-onnxruntime');
    const { env } = await import('onnxruntime-node');
    const { unroll } = await import('./unroll.ts');
    const what = `onnxruntime-node ${env.versions.node}, with its own products; the processor has ${processorInstructions()}`;
    await servePeer(await unroll(onnxruntime({ threads }), what, flush));
    break;
  }
  case 'unroll webgpu': {
    const { flush, webgpu } = await import('@unroll/backend-webgpu');
    const { unroll } = await import('./unroll.ts');
    const backend = webgpu();
    const support = await backend.support();
    const adapter = support.supported ? support.device : support.reason;
    await servePeer(await unroll(backend, `Dawn in Node, ${adapter}`, flush));
    break;
  }
  case 'tfjs-webgpu': {
    const dawn = await import('webgpu');
    Object.assign(globalThis, dawn.globals);
    Object.defineProperty(navigator, 'gpu', { value: dawn.create([]) });
    await servePeer(await (await import('./tfjs-webgpu.ts')).tfjsWebgpu());
    break;
  }
  case 'tfjs-wasm':
    await servePeer(await (await import('./tfjs.ts')).tfjsWasm({ threads }));
    break;
  case 'tfjs-cpu':
    await servePeer(await (await import('./tfjs.ts')).tfjsCpu());
    break;
  case 'jax-js':
    await servePeer(await (await import('./jax-js.ts')).jaxJs());
    break;
  case 'brain.js':
    await servePeer(await (await import('./brain.ts')).brainJs());
    break;
  default:
    throw new Error(`bench: there is no peer '${name}'`);
}
