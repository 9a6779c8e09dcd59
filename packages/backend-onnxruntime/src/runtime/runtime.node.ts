import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { nativeSessions } from './native-session.ts';
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
    traces: { newPrefix: newTracePrefix, take: takeTrace },
    writeFile: (path, bytes) => {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, bytes);
    },
    createSession: nativeSessions() ?? ((model, options) => InferenceSession.create(model, options)),
    pause: () => new Promise((resume) => setImmediate(resume)),
  };
}

/** Each trace has a folder of its own, as ONNX Runtime puts the time into its file's name. */
const newTracePrefix = (): string => join(mkdtempSync(join(tmpdir(), 'unroll-onnxruntime-')), 'trace');

async function takeTrace(prefix: string): Promise<string> {
  const folder = dirname(prefix);
  const [file] = await readdir(folder);
  const trace = await readFile(join(folder, file!), 'utf8');
  await rm(folder, { recursive: true });
  return trace;
}
