import { type Variable, variable, zeros } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { largestDistance } from '@unroll/backend-testkit/torch';
import { SGD } from '@unroll/optim';
import { afterAll, describe, expect, it } from 'vitest';
import { byName, readFixtures } from './fixture.ts';
import { makeScheduler, type SchedulerOptions } from './make-scheduler.ts';

/** A schedule over 12 steps of two groups with rates 0.1 and 0.2, and optionally of a third group with rate 1. */
interface ComposedCase {
  readonly name: string;
  readonly kind: string;
  readonly options: SchedulerOptions;
  /** Number of steps before the third group is added */
  readonly addedAfter?: number;
  /** The rates at the start and after each step, by group; one step fewer when PyTorch's next step fails */
  readonly rates: readonly (readonly number[])[];
  /** PyTorch's error about the added group */
  readonly missing?: string;
}

const cases = readFixtures<ComposedCase>('composed-schedulers.json');
/** The fixtures have 12 digits. */
const TOLERANCE = 1e-11;

const parameter = (): Variable => variable(zeros([1]));

afterAll(() => console.log(`Composed schedules over 12 steps: ${cases.length} configurations`));

describe('on the host', () => {
  it.each(byName(cases))(
    'rates follow PyTorch: %s',
    (_name, { kind, options, addedAfter, rates, missing }) => {
      const optimizer = new SGD([{ params: parameter() }, { params: parameter(), lr: 0.2 }], {
        lr: 0.1,
        momentum: 0.9,
      });
      const scheduler = makeScheduler(optimizer, kind, options);
      rates.forEach((expected, step) => {
        if (step > 0) scheduler.step();
        if (step === addedAfter) optimizer.addParamGroup({ params: parameter(), lr: 1 });
        const actual = optimizer.paramGroups.map(({ lr }) => lr);
        expect(largestDistance(actual, expected)).toBeLessThanOrEqual(TOLERANCE);
      });
      if (missing) expect(() => scheduler.step()).toThrow('paramGroups[2]');
      for (const group of optimizer.paramGroups) for (const variable of group.params) variable.dispose();
    },
  );
});
