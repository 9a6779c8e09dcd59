// biome-ignore lint/style/noRestrictedImports: tfjs-core's specs reset the engine, which this undoes.
import { engine } from '@tensorflow/tfjs-core';
import { type Backend, useBackend } from '@unroll/backend';
import { type Outcome, type Spec, SpecRun, type SpecSources, type TestEnv } from './spec-run.ts';

/** tfjs-core's specs for one backend, in this process or in a page. */
export interface BackendSpecs {
  readonly backendName: string;
  readonly specs: readonly Spec[];
  /** Begins to run all of them, one after another. */
  start(): Promise<void>;
  outcome(spec: Spec): Promise<Outcome>;
  /**
   * Waits until every spec has run.
   *
   * @returns failures of `beforeAll` and `afterAll`, which belong to no spec
   */
  finish(): Promise<readonly string[]>;
}

/**
 * Loads a backend, and collects tfjs-core's specs for it; jasmine's globals stay behind.
 *
 * @param flags tfjs's, to set before the specs of each operation
 */
export async function collectSpecs(
  backend: Backend,
  sources: SpecSources,
  flags: TestEnv['flags'] = {},
): Promise<BackendSpecs> {
  const { name } = backend;
  await useBackend(backend);
  const { synchronousReads } = backend.capabilities();
  const unmute = muteConsole();
  let run: SpecRun;
  try {
    run = SpecRun.collect(sources, { name, backendName: name, isDataSync: synchronousReads, flags });
  } finally {
    unmute();
  }
  return {
    backendName: name,
    specs: run.specs,
    async start() {
      await useBackend(backend);
      const release = keepBackend(name);
      const unmuteRun = muteConsole();
      void run.finished.then(() => {
        unmuteRun();
        release();
      });
      run.start();
    },
    outcome: (spec) => run.outcome(spec),
    async finish() {
      await run.finished;
      return run.hookFailures;
    },
  };
}

/**
 * Keeps the current backend alive under `engine().reset()`, which specs call before and after each operation: it would
 * dispose of the backend, and few backends come back from that without being loaded anew. Returns what ends the care.
 */
function keepBackend(name: string): () => void {
  const { backend, registryFactory } = engine();
  const entry = registryFactory[name]!;
  const { factory } = entry;
  const { dispose } = backend;
  entry.factory = () => backend;
  backend.dispose = () => {};
  return () => {
    entry.factory = factory;
    backend.dispose = dispose;
    backend.dispose();
  };
}

/** tfjs warns that its platform is set twice, and the specs of warnings and of `print` do what they say. */
function muteConsole(): () => void {
  const { log, warn } = console;
  console.log = () => {};
  console.warn = () => {};
  return () => Object.assign(console, { log, warn });
}
