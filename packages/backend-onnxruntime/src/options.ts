import type { InferenceSession } from 'onnxruntime-common';
import type { Runtime } from './runtime/runtime.ts';

/** An execution provider by name, or with options of its own, as ONNX Runtime takes it. */
export type ExecutionProvider = string | ({ readonly name: string } & Readonly<Record<string, unknown>>);

export interface OnnxruntimeOptions {
  /** Threads that share an operator's work, the calling one included. Default: all of the hardware's */
  threads?: number;
  /**
   * Where graphs run, in the order of preference: `cpu`, and `cuda`, `dml`, `coreml` or `webgpu` where the installed ONNX
   * Runtime has them. Default: `['cpu']` in Node, `['wasm']` in browsers
   */
  executionProviders?: readonly ExecutionProvider[];
  /** What ONNX Runtime may do to a graph before it runs. Default: `'all'` */
  graphOptimizationLevel?: 'disabled' | 'basic' | 'extended' | 'layout' | 'all';
  /** Sessions that are kept; the least recently used beyond them is released. Default: 32 */
  maxSessions?: number;
  /** Recorded operations after which they run without a read, once the program awaits something. Default: 2,000 */
  maxPending?: number;
  /** Bytes of arrays that are kept for later results. Default: 1 GiB */
  maxPooledBytes?: number;
  /** Whether kernels that ONNX cannot express run on the host, by tfjs-backend-cpu; otherwise they are errors. Default: true */
  hostFallback?: boolean;
}

export const DEFAULTS = { maxSessions: 32, maxPending: 2000, maxPooledBytes: 2 ** 30 } as const;

const counts = ['threads', 'maxSessions', 'maxPending'] as const;
const levels = ['disabled', 'basic', 'extended', 'layout', 'all'];

export function checkOptions(options: OnnxruntimeOptions): void {
  for (const name of counts) {
    const value = options[name];
    if (value !== undefined && !(Number.isInteger(value) && value >= 1)) {
      throw new Error(`onnxruntime: ${name} is ${value}; expected a whole number of at least 1`);
    }
  }
  const { maxPooledBytes, graphOptimizationLevel: level, executionProviders } = options;
  if (maxPooledBytes !== undefined && !(maxPooledBytes >= 0)) {
    throw new Error(`onnxruntime: maxPooledBytes is ${maxPooledBytes}; expected a number of bytes`);
  }
  if (level !== undefined && !levels.includes(level)) {
    throw new Error(
      `onnxruntime: graphOptimizationLevel is ${JSON.stringify(level)}; expected one of ${levels.join(', ')}`,
    );
  }
  if (executionProviders?.length === 0) {
    throw new Error('onnxruntime: executionProviders is an empty list; expected at least one');
  }
}

const nameOf = (provider: ExecutionProvider): string =>
  typeof provider === 'string' ? provider : provider.name;

/** Why the runtime cannot serve the providers asked for; undefined where it can. */
export function missingProvider(
  { executionProviders }: OnnxruntimeOptions,
  { packageName, providers }: Runtime,
): string | undefined {
  const available = providers();
  const missing = executionProviders?.map(nameOf).find((name) => !available.includes(name));
  return (
    missing &&
    `the installed ${packageName} has no execution provider '${missing}'; it has ${available.join(', ')}`
  );
}

/** What sessions are created with. */
export function sessionOptions(
  options: OnnxruntimeOptions,
  threads: number,
  { providers }: Runtime,
): InferenceSession.SessionOptions {
  return {
    executionProviders: (options.executionProviders ?? [
      providers()[0]!,
    ]) as InferenceSession.ExecutionProviderConfig[],
    graphOptimizationLevel: options.graphOptimizationLevel ?? 'all',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // Sizes vary from run to run, so plans of memory for one set of sizes are of no use to the next.
    enableMemPattern: false,
    // Idle threads of one session would take time from another's.
    extra: { session: { force_spinning_stop: '1' } },
  };
}
