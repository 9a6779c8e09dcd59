import { type BackendSpecs, collectSpecs, type SpecSources } from '@unroll/backend-testkit/page';
import { webgpu } from '@unroll/backend-webgpu';

/** A page that runs tfjs-core's specs on WebGPU, with small tensors on the GPU too. */
const collect = (sources: SpecSources): Promise<BackendSpecs> =>
  collectSpecs(webgpu({ forceFallbackAdapter: true }), sources, { WEBGPU_CPU_FORWARD: false });

Object.assign(globalThis, { collect });
