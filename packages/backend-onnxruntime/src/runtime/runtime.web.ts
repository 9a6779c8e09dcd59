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
    Tensor,
    writesIntoArrays: false,
    providers: () => ['wasm'],
    maxThreads,
    createSession: (model, { intraOpNumThreads, ...options }) => {
      // The number of threads is the module's, set before its first session.
      if (intraOpNumThreads) env.wasm.numThreads = intraOpNumThreads;
      return InferenceSession.create(model, options);
    },
    pause: () => Promise.resolve(),
  };
}

/**
 * Threads need shared memory, which cross-origin isolated pages have. onnxruntime-web starts a thread by the script that it is
 * part of; in a worker that a bundler put into one file that would be the program itself, over and over.
 */
function maxThreads(): number {
  const inPage = typeof document !== 'undefined';
  return globalThis.crossOriginIsolated && inPage ? navigator.hardwareConcurrency : 1;
}
