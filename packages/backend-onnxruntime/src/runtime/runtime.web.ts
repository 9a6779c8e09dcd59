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
      // The number of threads belongs to the module and is set before its first session.
      if (intraOpNumThreads) env.wasm.numThreads = intraOpNumThreads;
      return InferenceSession.create(model, options);
    },
    pause: () => Promise.resolve(),
  };
}

/**
 * The most threads that can be used. Threads need shared memory, which only cross-origin isolated pages have.
 * onnxruntime-web starts a thread with the script that it is part of. In a worker that a bundler made one file, that
 * script is the program, which would start again and again.
 */
function maxThreads(): number {
  const inPage = typeof document !== 'undefined';
  return globalThis.crossOriginIsolated && inPage ? navigator.hardwareConcurrency : 1;
}
