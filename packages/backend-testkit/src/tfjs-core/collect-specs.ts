// biome-ignore lint/style/noRestrictedImports: tfjs-core's specs reset the engine, which this undoes.
import { engine } from '@tensorflow/tfjs-core';
import { type Backend, useBackend } from '@unroll/backend';
import { type Outcome, type Spec, SpecRun, type SpecSources, type TestEnv } from './spec-run.ts';

/** tfjs-core's specs for one backend, in this process or in a page. */
export interface BackendSpecs {
  readonly backendName: string;
  readonly specs: readonly Spec[];
  /** Starts to run all specs, one after another. */
  start(): Promise<void>;
  outcome(spec: Spec): Promise<Outcome>;
  /**
   * Waits until every spec has run.
   *
   * @returns failures of `beforeAll` and `afterAll`, which do not belong to a spec
   */
  finish(): Promise<readonly string[]>;
}

/**
 * Loads a backend and collects tfjs-core's specs for it. jasmine's globals remain defined.
 *
 * @param flags tfjs flags to set before the specs of each operation
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
 * Protects the current backend from `engine().reset()`, which specs call before and after each operation. A reset would
 * dispose of the backend, and few backends work after that without being loaded again. Returns a function that ends the
 * protection.
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

/** Silences tfjs's warning that its platform is set twice, and the output of the specs of warnings and of `print`. */
function muteConsole(): () => void {
  const { log, warn } = console;
  console.log = () => {};
  console.warn = () => {};
  return () => Object.assign(console, { log, warn });
}
