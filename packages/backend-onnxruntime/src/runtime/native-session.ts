import { createRequire } from 'node:module';
import type { InferenceSession, Tensor } from 'onnxruntime-common';
import { conversionStops, haveArrays, runToStop, withStop } from './conversion-stop.ts';
import type { Session } from './runtime.ts';

/** The class that onnxruntime-node's own sessions wrap. */
interface NativeSession {
  loadModel(model: ArrayBufferLike, offset: number, length: number, options: object): void;
  run(feeds: object, fetches: object, options: object): Record<string, Tensor>;
  dispose(): void;
  endProfiling(): void;
}

interface Binding {
  readonly binding: { readonly InferenceSession: new () => NativeSession };
  initOrt(): void;
}

/**
 * Makes sessions that run synchronously when they are called. onnxruntime-node computes on the calling thread, but
 * first waits for a turn of the event loop. A program that only awaits fulfilled promises never lets the event loop
 * turn, and its recording would grow without end. Undefined where this version of the package has no such internal
 * class; its public sessions are then used.
 */
export function nativeSessions():
  | ((model: Uint8Array, options: InferenceSession.SessionOptions) => Session)
  | undefined {
  let inside: Binding;
  try {
    inside = createRequire(import.meta.url)('onnxruntime-node/dist/binding.js') as Binding;
  } catch {
    return undefined;
  }
  const { binding, initOrt } = inside;
  const methods = ['loadModel', 'run', 'dispose', 'endProfiling'];
  const prototype = binding?.InferenceSession?.prototype as object | undefined;
  if (!prototype || typeof initOrt !== 'function' || !methods.every((name) => name in prototype))
    return undefined;
  const load = (model: Uint8Array, options: InferenceSession.SessionOptions): NativeSession => {
    initOrt();
    const session = new binding.InferenceSession();
    session.loadModel(model.buffer, model.byteOffset, model.byteLength, options);
    return session;
  };
  let canStop: boolean | undefined;
  return (model, options) => {
    canStop ??= conversionStops((small) => load(small, FOR_ONE_RUN));
    const stops = canStop && runsOnCpu(options);
    const session = load(stops ? withStop(model) : model, options);
    return {
      run: (feeds, fetches) => {
        const results =
          stops && haveArrays(fetches) ? runToStop(session, feeds, fetches) : session.run(feeds, fetches, {});
        freeCopies(results, fetches);
        return results;
      },
      release: () => session.dispose(),
      endProfiling: () => session.endProfiling(),
    };
  };
}

/** Options of a session that runs a small graph once */
const FOR_ONE_RUN: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  logSeverityLevel: 4,
};

/** Whether all of a graph's execution providers compute on the CPU, where the results are wanted. */
const runsOnCpu = ({ executionProviders = [] }: InferenceSession.SessionOptions): boolean =>
  executionProviders.every((provider) => (typeof provider === 'string' ? provider : provider.name) === 'cpu');

/**
 * Where the conversion cannot be stopped, results that were written into given arrays come back as copies too. Nobody
 * reads the copies. V8 counts their bytes and would collect garbage every few runs, on threads that take cores from
 * the next runs.
 */
function freeCopies(
  results: Readonly<Record<string, Tensor>>,
  fetches: Readonly<Record<string, Tensor | null>>,
): void {
  for (const [name, { location, data }] of Object.entries(results)) {
    const given = fetches[name];
    if (!given || location !== 'cpu' || !ArrayBuffer.isView(data) || !ArrayBuffer.isView(given.data))
      continue;
    const { buffer } = data;
    if (buffer !== given.data.buffer && buffer instanceof ArrayBuffer) buffer.transfer(0);
  }
}
