import { availableParallelism } from 'node:os';
import type { LoadedRuntime } from './runtime.ts';

/** ONNX Runtime's native library, by `onnxruntime-node`. */
export async function loadRuntime(): Promise<LoadedRuntime> {
  let ort: typeof import('onnxruntime-node');
  try {
    ort = await import('onnxruntime-node');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return {
      missing:
        code === 'ERR_MODULE_NOT_FOUND'
          ? "the package 'onnxruntime-node' is not installed; add it: npm install onnxruntime-node"
          : `the package 'onnxruntime-node' does not load: ${message.split('\n')[0]}`,
    };
  }
  const { InferenceSession, Tensor, env, listSupportedBackends } = ort;
  return {
    packageName: 'onnxruntime-node',
    version: env.versions.node ?? env.versions.common,
    Tensor,
    writesIntoArrays: true,
    providers: () => listSupportedBackends().map(({ name }) => name),
    maxThreads: availableParallelism,
    createSession: (model, options) => InferenceSession.create(model, options),
  };
}
