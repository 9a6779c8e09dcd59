import type { InferenceSession } from 'onnxruntime-common';
import type { OnnxruntimeOptions } from '../options.ts';
import type { Runtime } from '../runtime/runtime.ts';

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
    // What goes wrong is thrown; the library need not print it.
    logSeverityLevel: 4,
    // Idle threads of one session would take time from another's.
    extra: { session: { force_spinning_stop: '1' } },
  };
}
