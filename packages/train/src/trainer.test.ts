import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';
import { ReduceLROnPlateau, StepLR, trainingStep } from '@unroll/optim';
import { beforeAll, describe, expect, it } from 'vitest';
import { listening } from '../test/listening.ts';
import { oneNumber } from '../test/one-number.ts';
import { tinyRun, type WordBatch, wordBatches } from '../test/tiny-run.ts';
import { inMemory, numbersOf, Trainer } from './index.ts';
import { Accuracy } from './metrics.ts';

beforeAll(async () => {
  await useBackend(cpu());
});

describe('a run', () => {
  it('makes the same steps as a hand-written loop, to the bit', async () => {
    const [own, trained] = [tinyRun(24), tinyRun(24)];
    nn.manualSeed(5);
    for (let epoch = 0, batches = wordBatches(); epoch < 3; epoch++) {
      for await (const batch of batches) {
        await trainingStep(own.optimizer, () => own.options.loss.call(null, batch), { clipGradNorm: 1 });
        own.options.schedule.scheduler.step();
        tf.dispose(batch as object as tf.Tensor[]);
      }
    }
    nn.manualSeed(5);
    const { reason, message, epoch, step } = await new Trainer({ ...trained.options, epochs: 3 }).fit();
    expect({ reason, message, epoch, step }).toEqual({
      reason: 'epochs',
      message: '3 epochs are over',
      epoch: 3,
      step: 24,
    });
    expect(await nn.save(trained.model)).toEqual(await nn.save(own.model));
  });

  it('reports events in order, with their positions', async () => {
    const { options } = tinyRun();
    const { events, report, types } = listening();
    await new Trainer({
      ...options,
      batches: wordBatches(32),
      steps: 3,
      validation: { batches: wordBatches(64) },
      checkpoints: { store: inMemory() },
      reporters: [report],
    }).fit();
    expect(types().join(' ')).toBe('start step step epoch validation checkpoint step checkpoint end');
    expect(events[0]).toEqual({ type: 'start', epoch: 0, step: 0, fraction: 0, steps: 3, stepsPerEpoch: 2 });
    expect(events[2]).toMatchObject({ epoch: 0, step: 2, batch: 1, weight: 32 });
    expect(events[3]).toMatchObject({ epoch: 0, step: 2 });
    expect(events[4]).toMatchObject({ epoch: 0, step: 2, monitored: 'loss', mode: 'min', best: true });
    expect(events[7]).toMatchObject({ name: 'step-00000003' });
    // A store in memory cannot be resumed from later.
    expect(events[8]).toEqual({
      type: 'end',
      epoch: 1,
      step: 3,
      fraction: 1,
      reason: 'steps',
      message: '3 steps are made',
    });
  });

  it('ends an epoch in full when its last step is the run’s last', async () => {
    const { options } = tinyRun();
    const { report, types } = listening();
    await new Trainer({ ...options, batches: wordBatches(32), steps: 4, reporters: [report] }).fit();
    expect(types().join(' ')).toBe('start step step epoch step step epoch end');
  });

  it('ends an epoch in full when its number of batches is unknown', async () => {
    const { model, optimizer, loss } = oneNumber();
    const { report, types } = listening();
    const batches = () => [1, 1];
    const validation = { batches: [1] };
    await new Trainer({ model, optimizer, loss, batches, steps: 4, validation, reporters: [report] }).fit();
    expect(types().join(' ')).toBe('start step step epoch validation step step epoch validation end');
  });

  it('evaluates weights once when both intervals are due', async () => {
    const { model, optimizer, loss } = oneNumber();
    const { report, types } = listening();
    const validation = { batches: [1], every: { steps: 2, epochs: 1 } };
    await new Trainer({
      model,
      optimizer,
      loss,
      batches: [1, 1],
      epochs: 2,
      validation,
      reporters: [report],
    }).fit();
    expect(types().filter((type) => type === 'validation')).toHaveLength(2);
  });

  it('leaves as many tensors and bytes as before, with every option', async () => {
    const { options } = tinyRun();
    const run = (steps: number) =>
      new Trainer({
        ...options,
        batches: wordBatches(),
        steps,
        accumulate: 3,
        average: { decay: 0.9 },
        nonFinite: 'skip',
        restoreBest: true,
        validation: { batches: wordBatches(32), every: { steps: 3 } },
      }).fit();
    await run(5);
    const before = tf.memory();
    await run(40);
    const after = tf.memory();
    expect([after.numTensors, after.numBytes]).toEqual([before.numTensors, before.numBytes]);
  });

  it('can be started only once, and requires a limit', async () => {
    const { options } = tinyRun();
    const trainer = new Trainer({ ...options, steps: 1 });
    await trainer.fit();
    await expect(trainer.fit()).rejects.toThrow('Trainer.fit: it was called already');
    expect(() => new Trainer(options)).toThrow(
      'Trainer: epochs, steps and stopping are left out; expected at least one',
    );
  });
});

describe('schedules', () => {
  it.each([
    ['step', 0.1 * 0.5 ** 6],
    ['epoch', 0.1 * 0.5 ** 3],
  ] as const)('step after each %s', async (each, rate) => {
    const { model, optimizer, loss } = oneNumber();
    const scheduler = new StepLR(optimizer, { stepSize: 1, gamma: 0.5 });
    await new Trainer({
      model,
      optimizer,
      loss,
      batches: [1, 1],
      epochs: 3,
      schedule: { scheduler, each },
    }).fit();
    expect(optimizer.paramGroups[0]!.lr).toBeCloseTo(rate, 10);
  });

  it('that reduce on a plateau get each validation’s value', async () => {
    const { model, optimizer, loss } = oneNumber();
    const scheduler = new ReduceLROnPlateau(optimizer, { patience: 0, factor: 0.1 });
    let validations = 0;
    const validation = { batches: [1], loss: () => tf.scalar(validations++ < 2 ? 1 - validations : 5) };
    const schedule = { scheduler, each: 'validation' } as const;
    await new Trainer({ model, optimizer, loss, batches: [1], epochs: 3, validation, schedule }).fit();
    expect(optimizer.paramGroups[0]!.lr).toBeCloseTo(0.01, 10);
    expect(
      () =>
        new Trainer({
          model,
          optimizer,
          loss,
          batches: [1],
          epochs: 3,
          schedule: { scheduler, each: 'epoch' },
        }),
    ).toThrow("Trainer: schedule: each is 'epoch'; expected 'validation' for a ReduceLROnPlateau");
  });
});

describe('validation', () => {
  it('evaluates the loss and metrics in evaluation mode, and restores the model’s mode', async () => {
    const { model, options } = tinyRun();
    const { values } = await new Trainer({
      ...options,
      epochs: 12,
      validation: {
        batches: wordBatches(32),
        metrics: { accuracy: new Accuracy() },
        measure: async ({ characters, label }: WordBatch, { accuracy }) => {
          expect(model.dropout.training).toBe(false);
          accuracy.update(await numbersOf(() => tf.argMax(model.forward(characters), 1)), await label.data());
        },
        value: 'accuracy',
        mode: 'max',
      },
    }).fit();
    expect(values.accuracy).toBeGreaterThan(0.9);
    expect(values.loss).toBeLessThan(0.5);
    expect(model.dropout.training).toBe(true);
  });

  it('can restore the best weights at the end, from memory or from checkpoints', async () => {
    for (const checkpoints of [undefined, { store: inMemory() }]) {
      const { model, optimizer, loss, value } = oneNumber();
      let validations = 0;
      const result = await new Trainer({
        model,
        optimizer,
        loss,
        batches: [1],
        epochs: 5,
        // The loss makes the second of five validations the best.
        validation: { batches: [1], loss: () => tf.scalar(++validations === 2 ? 0 : 1) },
        restoreBest: true,
        checkpoints,
      }).fit();
      expect(result.best).toEqual({ value: 0, step: 2 });
      expect(value()).toBeCloseTo(0.8 ** 2, 5);
    }
  });

  it('evaluates the averages when the run keeps them, and the model ends with them', async () => {
    const { model, optimizer, loss, value } = oneNumber();
    const seen: number[] = [];
    const measured = () => {
      seen.push(value());
      return tf.scalar(0);
    };
    const validation = { batches: [1], loss: measured };
    await new Trainer({
      model,
      optimizer,
      loss,
      batches: [1],
      epochs: 2,
      validation,
      average: { decay: 0.5 },
    }).fit();
    expect(seen[0]).toBeCloseTo(0.8, 6);
    expect(seen[1]).toBeCloseTo((0.8 + 0.64) / 2, 6);
    expect(value()).toBeCloseTo((0.8 + 0.64) / 2, 6);
  });
});
