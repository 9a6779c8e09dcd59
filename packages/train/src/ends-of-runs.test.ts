import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { listening } from '../test/listening.ts';
import { oneNumber } from '../test/one-number.ts';
import {
  earlyStopping,
  inMemory,
  NonFiniteError,
  type Stopping,
  Trainer,
  type TrainingEvent,
} from './index.ts';

beforeAll(async () => {
  await useBackend(cpu());
});

describe('a batch that is not finite', () => {
  const factors = [1, Number.NaN, 1];

  it('ends the run before any update, with an error that names the batch', async () => {
    const { model, optimizer, loss, value } = oneNumber();
    const error = await new Trainer({ model, optimizer, loss, batches: factors, epochs: 1 })
      .fit()
      .catch((e) => e);
    expect(error).toBeInstanceOf(NonFiniteError);
    expect(error).toMatchObject({ epoch: 0, batch: 1, step: 1 });
    expect(error.message).toContain('the loss is NaN in batch 1 of epoch 0 (counted from 0), after step 1');
    expect(value()).toBeCloseTo(0.8, 6);
  });

  it('is left out and reported with nonFinite skip', async () => {
    const { model, optimizer, loss, value } = oneNumber();
    const { events, report } = listening();
    const options = {
      model,
      optimizer,
      loss,
      batches: factors,
      nonFinite: 'skip',
      reporters: [report],
    } as const;
    await new Trainer({ ...options, epochs: 1 }).fit();
    expect(value()).toBeCloseTo(0.64, 6);
    expect(events.find(({ type }) => type === 'skip')).toEqual({
      type: 'skip',
      epoch: 0,
      step: 1,
      fraction: 1 / 3,
      batch: 1,
      reason: 'the loss is NaN',
    });
    const none = new Trainer({ ...options, batches: [Number.NaN], steps: 5 });
    await expect(none.fit()).rejects.toThrow('every batch of epoch 0 was left out');
  });
});

describe('ending a run', () => {
  it('happens by stopping rules, whose state is in the checkpoint', async () => {
    const { model, optimizer, loss } = oneNumber();
    const store = inMemory();
    let seen = 0;
    const counting: Stopping = {
      observe: ({ type }) => (type === 'step' && ++seen === 3 ? 'three are enough' : undefined),
      state: () => seen,
      load: (state) => {
        seen = state as number;
      },
    };
    const common = { model, optimizer, loss, batches: [1, 1], epochs: 10, checkpoints: { store } };
    const first = await new Trainer({ ...common, stopping: [earlyStopping(), counting] }).fit();
    expect(first).toMatchObject({ reason: 'stopping', message: 'three are enough', step: 3 });
    seen = 0;
    const second = await new Trainer({ ...common, stopping: [earlyStopping(), counting] }).fit();
    expect(second).toMatchObject({ reason: 'epochs', step: 20 });
    expect(seen).toBe(20);
  });

  it('happens by stop() after the current step; pause() and resume() wait between two steps', async () => {
    const { model, optimizer, loss } = oneNumber();
    let steps = 0;
    const report = ({ type }: TrainingEvent) => {
      if (type === 'step') steps++;
    };
    const batches = function* () {
      for (;;) yield 1;
    };
    const trainer = new Trainer({ model, optimizer, loss, batches, steps: 1e9, reporters: [report] });
    const finished = trainer.fit();
    trainer.pause();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const paused = steps;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(steps).toBe(paused);
    trainer.resume();
    await new Promise((resolve) => setTimeout(resolve, 50));
    trainer.stop('enough');
    expect(await finished).toMatchObject({ reason: 'interrupted', message: 'enough', step: steps });
    expect(steps).toBeGreaterThan(paused);
  });

  it('happens when a reporter throws; all reporters are closed', async () => {
    const { model, optimizer, loss } = oneNumber();
    const closed: string[] = [];
    const reporter = {
      report: ({ type }: TrainingEvent) => {
        if (type === 'epoch') throw new Error('no paper left');
      },
      close: () => {
        closed.push('closed');
      },
    };
    const reporters = [reporter, { ...reporter, report: () => {} }];
    await expect(
      new Trainer({ model, optimizer, loss, batches: [1], epochs: 2, reporters }).fit(),
    ).rejects.toThrow('no paper left');
    expect(closed).toEqual(['closed', 'closed']);
  });
});
