import { findBackend, registerBackend } from '@tensorflow/tfjs-core';
import type { Backend } from '@unroll/backend';
import { fusedKernels } from '@unroll/backend/contract';
import { loadRuntime } from '#runtime';
import { Arrays } from './arrays/arrays.ts';
import { graphDump } from './execution/graph-dump.ts';
import { GraphRunner } from './execution/graph-runner.ts';
import { deviceOf } from './execution/providers.ts';
import { SessionCache } from './execution/session-cache.ts';
import { sessionOptions } from './execution/session-options.ts';
import { tryProviders } from './execution/try-providers.ts';
import { HostKernels } from './host/host-kernels.ts';
import { registerKernels } from './kernels.ts';
import { BACKEND_NAME } from './name.ts';
import { OnnxruntimeBackend } from './onnxruntime-backend.ts';
import { checkedOptions, DEFAULTS, type OnnxruntimeOptions } from './options.ts';
import { Layers } from './profile/layers.ts';
import type { ProfileEntry } from './profile/profile.ts';
import { Profiler } from './profile/profiler.ts';
import type { OnnxruntimeStatistics } from './statistics.ts';
import { whyUnsupported } from './support.ts';

/**
 * The ONNX Runtime backend. It records kernels, and runs them as one graph when a value is read. It runs natively in
 * Node and in WebAssembly in browsers.
 *
 * @throws where an option is out of its range
 */
export function onnxruntime(given: OnnxruntimeOptions = {}): Backend {
  const options = checkedOptions(given);
  let threads = options.threads ?? 1;
  return {
    name: BACKEND_NAME,
    support: async () => {
      const runtime = await loadRuntime();
      if ('missing' in runtime) return { supported: false, reason: runtime.missing };
      const reason = whyUnsupported(options, runtime) ?? (await tryProviders(options, runtime));
      return reason === undefined ? { supported: true } : { supported: false, reason };
    },
    load: async () => {
      const runtime = await loadRuntime();
      if ('missing' in runtime) throw new Error(runtime.missing);
      threads = options.threads ?? runtime.maxThreads();
      const profiler = options.profile && runtime.traces ? new Profiler(runtime.traces) : undefined;
      const sessions = new SessionCache(options.maxSessions ?? DEFAULTS.maxSessions, async (key, ready) => {
        await profiler?.read(key, ready);
        await ready.session.release();
      });
      const arrays = new Arrays(options.maxPooledBytes ?? DEFAULTS.maxPooledBytes);
      const layers = options.profile ? new Layers() : undefined;
      const dump = graphDump(options, runtime);
      layers?.install();
      const graphs = new GraphRunner({
        runtime,
        sessions,
        arrays,
        sessionOptions: sessionOptions(options, threads, runtime),
        profiler,
        onGraph:
          dump &&
          (({ model }, ops) =>
            dump({
              model: model.bytes,
              nodeCount: model.nodeCount,
              kernels: ops.map(({ kernel }) => kernel),
            })),
      });
      const backend = new OnnxruntimeBackend({
        runtime,
        arrays,
        graphs,
        layers,
        hostKernels: new HostKernels(),
        hostFallback: options.hostFallback ?? true,
        maxPending: options.maxPending ?? DEFAULTS.maxPending,
      });
      registerKernels(BACKEND_NAME);
      registerBackend(BACKEND_NAME, () => backend);
    },
    idle: () => standing()?.executor.idle() ?? Promise.resolve(),
    flush: async () => standing()?.executor.flush(),
    capabilities: () => ({
      device: deviceOf(options),
      threads,
      precision: 'float32',
      fusedKernels: fusedKernels(BACKEND_NAME),
      synchronousReads: false,
      captures: true,
    }),
  };
}

const standing = (): OnnxruntimeBackend | null => findBackend(BACKEND_NAME) as OnnxruntimeBackend | null;

/** @throws where the backend is not loaded */
function loadedBackend(caller: string): OnnxruntimeBackend {
  const backend = standing();
  if (!backend) throw new Error(`${caller}: the backend is not loaded; call useBackend(onnxruntime()) first`);
  return backend;
}

/**
 * Counts and sizes of the loaded backend.
 *
 * @throws where the backend is not loaded
 */
export function onnxruntimeStatistics(): OnnxruntimeStatistics {
  return loadedBackend('onnxruntimeStatistics').statistics;
}

/**
 * Computes everything that has been recorded, without reading it.
 *
 * @throws (rejects) where a run fails, or the backend is not loaded
 */
export async function flush(): Promise<void> {
  await loadedBackend('flush').executor.flush();
}

/**
 * The time of each layer and kernel since the backend was loaded, or since the last call, the slowest first. The
 * backend has to be made with `profile: true`.
 *
 * @throws (rejects) where it was made without `profile: true`
 */
export async function onnxruntimeProfile(): Promise<ProfileEntry[]> {
  const backend = loadedBackend('onnxruntimeProfile');
  if (!backend.isProfiling) {
    throw new Error(
      'onnxruntimeProfile: nothing was measured; use the backend onnxruntime({ profile: true })',
    );
  }
  return backend.executor.endProfile();
}
