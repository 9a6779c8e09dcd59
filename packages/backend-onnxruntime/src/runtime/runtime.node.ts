import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { nativeSessions } from './native-session.ts';
import type { LoadedRuntime } from './runtime.ts';
import { traces } from './traces.node.ts';

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
  const { InferenceSession, Tensor, listSupportedBackends } = ort;
  return {
    packageName: 'onnxruntime-node',
    Tensor,
    writesIntoArrays: true,
    providers: () => listSupportedBackends().map(({ name }) => name),
    maxThreads: availableParallelism,
    traces,
    writeFile: (path, bytes) => {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, bytes);
    },
    createSession: nativeSessions() ?? ((model, options) => InferenceSession.create(model, options)),
    pause: () => new Promise((resume) => setImmediate(resume)),
  };
}
