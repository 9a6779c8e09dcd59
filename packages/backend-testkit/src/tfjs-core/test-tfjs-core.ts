import type { Backend } from '@unroll/backend';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSpecs } from './bundle-specs.ts';
import { type BackendSpecs, collectSpecs } from './collect-specs.ts';
import { type Exclusion, Exclusions } from './exclusion.ts';
import { Tally, verdict } from './verdict.ts';

export interface SpecOptions {
  /** The specs that the backend does not pass, each with a reason. Default: none */
  exclusions?: readonly Exclusion[];
}

export interface TfjsCoreOptions extends SpecOptions {
  /** tfjs flags to set before the specs of each operation, for example `{ WEBGPU_CPU_FORWARD: false }`. */
  flags?: Readonly<Record<string, number | boolean>>;
}

/**
 * Runs the specs that tfjs-core publishes about its operations on a backend: one vitest test for each of some 4,200
 * specs. A spec that fails fails its test. An excluded spec that fails is skipped with its reason; an excluded spec
 * that passes fails its test.
 *
 * The specs take over tfjs's engine, and jasmine's globals remain defined, so call this function in a separate test
 * file.
 */
export function testTfjsCore(makeBackend: () => Backend, { flags, ...options }: TfjsCoreOptions = {}): void {
  testSpecs(async () => collectSpecs(makeBackend(), await loadSpecs(), flags), options);
}

/**
 * The same for specs that are collected elsewhere, for example in a page.
 *
 * @param collect called once, before the tests are defined
 */
export function testSpecs(collect: () => Promise<BackendSpecs>, { exclusions = [] }: SpecOptions = {}): void {
  describe('tfjs-core', async () => {
    const run = await collect();
    const excluded = new Exclusions(exclusions);
    const tally = new Tally();

    beforeAll(() => run.start());
    afterAll(async () => {
      await run.finish();
      console.log(`tfjs-core's specs on ${run.backendName}: ${tally}`);
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
      expect(await run.finish()).toEqual([]);
    });

    it('has no exclusion that matches no spec', () => {
      expect(excluded.unused).toEqual([]);
    });
  });
}
