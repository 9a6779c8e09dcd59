import type { InferenceSession } from 'onnxruntime-common';
import type { OnnxruntimeOptions } from '../options.ts';
import type { Runtime } from '../runtime/runtime.ts';

/** The options that sessions are created with. */
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
    // Sizes vary from run to run, so a memory plan for one set of sizes does not help the next run.
    enableMemPattern: false,
    // Errors are thrown, so the library need not print them.
    logSeverityLevel: 4,
    // Idle threads of one session would take time from another's.
    extra: { session: { force_spinning_stop: '1' } },
  };
}
