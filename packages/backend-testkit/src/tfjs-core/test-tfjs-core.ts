// biome-ignore lint/style/noRestrictedImports: tfjs-core's specs reset the engine, which this undoes.
import { engine } from '@tensorflow/tfjs-core';
import { type Backend, useBackend } from '@unroll/backend';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Exclusion, Exclusions } from './exclusion.ts';
import { SpecRun } from './spec-run.ts';
import { Tally, verdict } from './verdict.ts';

export interface TfjsCoreOptions {
  /** What the backend does not pass, each with its reason. Default: none */
  exclusions?: readonly Exclusion[];
  /** tfjs flags to set before the specs of each operation, for example `{ WEBGPU_CPU_FORWARD: false }`. */
  flags?: Readonly<Record<string, number | boolean>>;
}

/**
 * Runs the specs that tfjs-core publishes about its operations on a backend: one vitest test for each of some 4,200
 * specs. A spec that fails fails its test; an excluded one that fails is skipped with its reason, and one that passes fails.
 *
 * The specs take over tfjs's engine, and jasmine's globals stay behind: call it in a test file of its own.
 */
export function testTfjsCore(
  makeBackend: () => Backend,
  { exclusions = [], flags = {} }: TfjsCoreOptions = {},
): void {
  describe('tfjs-core', async () => {
    const backend = await useBackend(makeBackend());
    const { name } = backend;
    const unmuteCollection = muteConsole();
    const run = await SpecRun.collect({
      name,
      backendName: name,
      isDataSync: backend.capabilities().synchronousReads,
      flags,
    }).finally(unmuteCollection);
    const excluded = new Exclusions(exclusions);
    const tally = new Tally();

    let release: () => void;
    let unmute: () => void;
    beforeAll(async () => {
      await useBackend(backend);
      release = keepBackend(name);
      unmute = muteConsole();
      run.start();
    });
    afterAll(async () => {
      await run.finished;
      unmute();
      release();
      console.log(`tfjs-core's specs on ${name}: ${tally}`);
    });

    for (const spec of run.specs) {
      const reason = excluded.reasonFor(spec.name);
      it(spec.name, async ({ skip }) => {
        const result = verdict(await run.outcome(spec), reason);
        tally.add(result);
        if (result.kind === 'failed') expect.fail(result.message);
        if (result.kind !== 'passed') skip(result.reason);
      });
    }

    it('has no failing hooks', async () => {
      await run.finished;
      expect(run.hookFailures).toEqual([]);
    });

    it('has no exclusion without a spec', () => {
      expect(excluded.unused).toEqual([]);
    });
  });
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
