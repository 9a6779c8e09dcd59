import type { LoadedRuntime } from './runtime.ts';

/** ONNX Runtime in WebAssembly, by `onnxruntime-web`. */
export async function loadRuntime(): Promise<LoadedRuntime> {
  let ort: typeof import('onnxruntime-web/wasm');
  try {
    ort = await import('onnxruntime-web/wasm');
  } catch (error) {
    return { missing: `the package 'onnxruntime-web' does not load: ${(error as Error).message}` };
  }
  const { InferenceSession, Tensor, env } = ort;
  return {
    packageName: 'onnxruntime-web',
    version: env.versions.web ?? env.versions.common,
    Tensor,
    writesIntoArrays: false,
    providers: () => ['wasm'],
    maxThreads: () => (globalThis.crossOriginIsolated ? (navigator.hardwareConcurrency ?? 1) : 1),
    createSession: (model, { intraOpNumThreads, ...options }) => {
      // The number of threads is the module's, set before its first session.
      if (intraOpNumThreads) env.wasm.numThreads = intraOpNumThreads;
      return InferenceSession.create(model, options);
    },
  };
}
