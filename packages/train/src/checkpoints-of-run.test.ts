import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';
import { SGD, trainingStep } from '@unroll/optim';
import { beforeAll, describe, expect, it } from 'vitest';
import { listening } from '../test/listening.ts';
import { oneNumber } from '../test/one-number.ts';
import { tinyRun } from '../test/tiny-run.ts';
import { earlyStopping, inMemory, Trainer, type TrainingEvent, writeCheckpoint } from './index.ts';

beforeAll(async () => {
  await useBackend(cpu());
});

describe('checkpoints of a run', () => {
  it('are rejected when they do not fit the run, which leaves model and optimizer unchanged', async () => {
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

  it('are skipped with a warning when damaged; with resume false the store must be empty', async () => {
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

  it('of a finished run end the next run at once, with the same result', async () => {
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

  it('carry the state of the program’s other parts', async () => {
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

  it('give the next best weights with a warning when the best are damaged, and correct the result', async () => {
    const { value, ...run } = oneNumber();
    const store = inMemory();
    const { events, report } = listening();
    let validations = 0;
    // The last validation is the best, the one before it the second best.
    const validation = { batches: [1], loss: () => tf.scalar(10 - ++validations) };
    const damaging = async (event: TrainingEvent): Promise<void> => {
      if (event.type !== 'checkpoint' || event.step !== 3) return;
      await store.write(event.name, new Map([['checkpoint.json', new Uint8Array([1])]]));
    };
    const result = await new Trainer({
      ...run,
      batches: [1],
      epochs: 3,
      validation,
      restoreBest: true,
      checkpoints: { store },
      reporters: [report, damaging],
    }).fit();
    expect(result.best).toEqual({ value: 8, step: 2 });
    expect(value()).toBeCloseTo(0.8 ** 2, 6);
    const warnings = events.filter(({ type }) => type === 'warning');
    expect(warnings.at(-1)).toMatchObject({
      message: expect.stringContaining('those of step-00000002 are taken'),
    });
  });

  it('forget the best value when the run monitors another value, and accept a new stopping rule', async () => {
    const { value: _, ...run } = oneNumber();
    const store = inMemory();
    const { events, report } = listening();
    const options = { ...run, batches: [1], checkpoints: { store }, reporters: [report] };
    await new Trainer({ ...options, epochs: 1, validation: { batches: [1] } }).fit();
    const mode = 'max';
    const stopping = earlyStopping({ patience: 1 });
    const result = await new Trainer({
      ...options,
      epochs: 9,
      validation: { batches: [1], mode },
      stopping,
    }).fit();
    expect(events.filter(({ type }) => type === 'warning')).toHaveLength(1);
    expect(result.best).toMatchObject({ step: 2 });
    expect(result).toMatchObject({ reason: 'stopping', step: 3 });
  });

  it('throw when the optimizer updates a variable that is not a parameter of the model', () => {
    const { value: _, ...run } = oneNumber();
    const other = tf.tidy(() => tf.variable(tf.scalar(1)));
    const optimizer = new SGD([...run.model.parameters(), other], { lr: 1 });
    const options = { ...run, optimizer, batches: [1], steps: 1 };
    expect(() => new Trainer({ ...options, checkpoints: { store: inMemory() } })).toThrow(
      'which is no parameter of the model; checkpoints would not have it',
    );
  });
});
