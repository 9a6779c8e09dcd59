import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';
import { trainingStep } from '@unroll/optim';
import { beforeAll, describe, expect, it } from 'vitest';
import { listening } from '../test/listening.ts';
import { oneNumber } from '../test/one-number.ts';
import { tinyRun } from '../test/tiny-run.ts';
import { inMemory, Trainer, writeCheckpoint } from './index.ts';

beforeAll(async () => {
  await useBackend(cpu());
});

describe('checkpoints of a run', () => {
  it('that do not fit it are refused, and model and optimizer stay as they were', async () => {
    const { options, model, optimizer } = tinyRun();
    const store = inMemory();
    const { value: _value, ...other } = oneNumber();
    await new Trainer({ ...other, batches: [1], steps: 1, checkpoints: { store } }).fit();
    await trainingStep(optimizer, () => nn.mseLoss(model.output.weight, tf.ones([2, 6])));
    const before = await nn.save(model);
    const tensors = tf.memory().numTensors;
    const trainer = new Trainer({ ...options, steps: 1, checkpoints: { store } });
    await expect(trainer.fit()).rejects.toThrow(
      /checkpoint 'step-00000001' does not fit this run: .*schedule/,
    );
    expect(await nn.save(model)).toEqual(before);
    const { schedule: _, ...rest } = options;
    await expect(new Trainer({ ...rest, steps: 1, checkpoints: { store } }).fit()).rejects.toThrow('w');
    expect(await nn.save(model)).toEqual(before);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('are passed over with a warning where they are damaged, and begun anew only in an empty store', async () => {
    const { value: _, ...run } = oneNumber();
    const store = inMemory();
    const every = { steps: 1 };
    await new Trainer({ ...run, batches: [1], steps: 3, checkpoints: { store, every } }).fit();
    const files = new Map([['checkpoint.json', new Uint8Array([123])]]);
    await store.write('step-00000003', files);
    const { events, report } = listening();
    const options = { ...run, batches: [1], steps: 5, reporters: [report] };
    await new Trainer({ ...options, checkpoints: { store, every } }).fit();
    expect(events[0]).toMatchObject({ type: 'warning', message: expect.stringContaining("'step-00000003'") });
    expect(events[1]).toMatchObject({ type: 'start', step: 2, resumedFrom: 'step-00000002' });
    const anew = new Trainer({ ...options, checkpoints: { store, resume: false } });
    await expect(anew.fit()).rejects.toThrow('resume is false, and ');
  });

  it('of a run that is over end the next one at once, with the same result', async () => {
    const { value: _, ...run } = oneNumber();
    const store = inMemory();
    const options = {
      ...run,
      batches: [1, 1],
      epochs: 2,
      validation: { batches: [1] },
      checkpoints: { store },
    };
    const first = await new Trainer(options).fit();
    const second = await new Trainer(options).fit();
    expect(second).toEqual(first);
  });

  it('carry what the program adds', async () => {
    const { value: _, ...run } = oneNumber();
    const store = inMemory();
    const generator = new nn.RandomGenerator(3);
    const others = {
      noise: {
        state: () => ({ ...generator.getState() }),
        load: (state: object) => {
          generator.setState(state as ReturnType<nn.RandomGenerator['getState']>);
        },
      },
    } as never;
    await new Trainer({ ...run, batches: [1], steps: 1, others, checkpoints: { store } }).fit();
    const next = generator.uniform();
    await new Trainer({ ...run, batches: [1], steps: 2, others, checkpoints: { store } }).fit();
    expect(generator.uniform()).toBe(next);
    await writeCheckpoint(store, { step: 3, epoch: 0, weights: await nn.save(run.model) });
    await expect(
      new Trainer({ ...run, batches: [1], steps: 4, checkpoints: { store } }).fit(),
    ).rejects.toThrow("checkpoint 'step-00000003' does not fit this run");
  });
});
