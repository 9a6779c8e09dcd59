import { servePeer } from '../serve-peer.ts';

// A peer's process: `node peers/main.js unroll-cpu 2`. Each library is imported only where it is the one measured.
const [name, threads = '1'] = process.argv.slice(2);

switch (name) {
  case 'unroll-cpu': {
    const { cpu } = await import('@unroll/backend-cpu');
    await servePeer(await (await import('./unroll.ts')).unroll(cpu({ threads: Number(threads) })));
    break;
  }
  case 'unroll-onnxruntime': {
    const { flush, onnxruntime } = await import('@unroll/backend-onnxruntime');
    const backend = onnxruntime({ threads: Number(threads) });
    await servePeer(await (await import('./unroll.ts')).unroll(backend, flush));
    break;
  }
  case 'tfjs-wasm':
    await servePeer(await (await import('./tfjs-wasm.ts')).tfjsWasm());
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
