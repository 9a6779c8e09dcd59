import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { beforeAll, expect, it } from 'vitest';
import { listening } from '../test/listening.ts';
import { oneNumber } from '../test/one-number.ts';
import { budget, type Stopping, Trainer, type TrainerOptions, type TrainingEvent } from './index.ts';

beforeAll(async () => {
  await useBackend(cpu());
});

type Limits = Omit<TrainerOptions<number>, 'model' | 'optimizer' | 'loss'>;

/** The events of a run. */
async function told(options: Limits): Promise<readonly TrainingEvent[]> {
  const { model, optimizer, loss } = oneNumber();
  const { events, report } = listening();
  await new Trainer({ model, optimizer, loss, reporters: [report], ...options }).fit();
  return events;
}

const fractionsOf = (events: readonly TrainingEvent[], ...types: readonly string[]) =>
  events.filter(({ type }) => types.includes(type)).map(({ fraction }) => fraction);

const unknownLength = function* () {
  yield* [1, 1, 1, 1];
};

it('is the fraction of the steps, or of the epochs when their length is known', async () => {
  const steps = await told({ batches: unknownLength, steps: 5 });
  expect(fractionsOf(steps, 'start', 'step', 'end')).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1, 1]);
  // The first three batches make an update, and the fourth makes another.
  const epochs = await told({ batches: [1, 1, 1, 1], epochs: 2, accumulate: 3, weight: () => 1 });
  expect(fractionsOf(epochs, 'step', 'epoch')).toEqual([3 / 8, 0.5, 0.5, 7 / 8, 1, 1]);
});

it('is the fraction of the limit that is nearest', async () => {
  const steps = await told({ batches: [1, 1], epochs: 100, steps: 4 });
  expect(fractionsOf(steps, 'step')).toEqual([0.25, 0.5, 0.75, 1]);
  const epochs = await told({ batches: [1, 1], epochs: 2, steps: 100 });
  expect(fractionsOf(epochs, 'step')).toEqual([0.25, 0.5, 0.75, 1]);
});

it('is left out when no limit is known', async () => {
  const silent: Stopping = { observe: () => undefined, state: () => null, load: () => {} };
  const events = await told({ batches: unknownLength, epochs: 1, stopping: silent });
  expect(events.filter((event) => 'fraction' in event)).toEqual([]);
});

it('is the fraction of a stopping rule, and 1 in the event that ends the run; a stopping rule alone is a limit', async () => {
  let seen = 0;
  const ofThree: Stopping = {
    observe: ({ type }) => (type === 'step' && ++seen === 3 ? 'three are enough' : undefined),
    get fraction() {
      return seen / 3;
    },
    state: () => seen,
    load: () => {},
  };
  const events = await told({ batches: unknownLength, stopping: ofThree });
  expect(fractionsOf(events, 'start', 'step', 'end')).toEqual([0, 1 / 3, 2 / 3, 1, 1]);

  const timed = await told({ batches: unknownLength, stopping: budget({ seconds: 0.02 }) });
  const fractions = fractionsOf(timed, 'step');
  expect(fractions.at(-1)).toBe(1);
  expect(fractions.slice(0, -1).every((fraction) => fraction !== undefined && fraction < 1)).toBe(true);
});

it('includes the time of a validation with which a budget ends a run', async () => {
  const batches = async function* () {
    await new Promise((resolve) => setTimeout(resolve, 30));
    yield 1;
  };
  const stopping = budget({ seconds: 0.02 });
  const validation = { batches, every: { steps: 1 } };
  const events = await told({ batches: [1, 1], epochs: 9, stopping, validation });
  expect(events.find(({ type }) => type === 'validation')?.fraction).toBe(1);
  expect(events.at(-1)).toMatchObject({ type: 'end', reason: 'stopping', fraction: 1 });
});
