import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { LambdaLR } from '@unroll/optim';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { listening } from '../../test/listening.ts';
import { oneNumber } from '../../test/one-number.ts';
import { budget, type CheckpointStore, inMemory, Trainer, type TrainingEvent } from '../index.ts';

beforeAll(async () => {
  await useBackend(cpu());
});

const SECONDS = 0.3;

afterEach(() => {
  vi.restoreAllMocks();
});

/** A clock that advances only while batches are read. */
function batchClock() {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const taking = (milliseconds: number) => {
    now += milliseconds;
    return 1;
  };
  return {
    *training() {
      for (;;) yield taking(10);
    },
    *heldOut() {
      yield taking(25);
    },
  };
}

/** Trains with a cosine schedule over a time budget, with a validation every third step. */
async function train(store: CheckpointStore, stopAfter = Number.POSITIVE_INFINITY) {
  const { model, optimizer, loss } = oneNumber();
  const { training, heldOut } = batchClock();
  const limit = budget({ seconds: SECONDS });
  const scheduler = new LambdaLR(optimizer, {
    lrLambda: () => (1 + Math.cos(Math.PI * limit.fraction)) / 2,
  });
  const { events, report } = listening();
  const trainer: Trainer<number> = new Trainer({
    model,
    optimizer,
    loss,
    batches: training,
    epochs: 1,
    schedule: { scheduler, each: 'step' },
    validation: { batches: heldOut, every: { steps: 3 } },
    stopping: limit,
    checkpoints: { store },
    reporters: [report, ({ step }) => (step === stopAfter ? trainer.stop() : undefined)],
  });
  const { reason } = await trainer.fit();
  return { reason, events, limit };
}

/** The used fraction of the budget after each step and its validation, and each step's rate. */
function timed(events: readonly TrainingEvent[]) {
  const spent: number[] = [];
  const rates: number[] = [];
  for (const event of events) {
    const before = spent.at(-1) ?? 0;
    if (event.type === 'step') {
      spent.push(before + event.seconds);
      rates.push(event.lr);
    }
    if (event.type === 'validation') spent[spent.length - 1] = before + event.seconds;
  }
  return { fractions: spent.map((seconds) => Math.min(seconds / SECONDS, 1)), rates };
}

it('a schedule follows the used fraction of a budget, and continues with it in a resumed run', async () => {
  const store = inMemory();
  const first = await train(store, 7);
  expect(first.reason).toBe('interrupted');
  expect(first.limit.fraction).toBe(timed(first.events).fractions.at(-1));
  const second = await train(store);
  expect(second.reason).toBe('stopping');
  expect(second.limit.fraction).toBe(1);

  const { fractions, rates } = timed([...first.events, ...second.events]);
  // Three steps and a validation take 55 of the 300 ms.
  expect(rates).toHaveLength(18);
  expect(fractions.at(-1)).toBe(1);
  // The time of an update and its validation affects the rate two updates later.
  const expected = [0, 0, ...fractions.slice(0, -2)].map(
    (fraction) => 0.1 * ((1 + Math.cos(Math.PI * fraction)) / 2),
  );
  expect(rates).toEqual(expected);
  expect(rates).toEqual(rates.toSorted((a, b) => b - a));
});
