import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { tfjsBackend, useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { onnxruntime } from '@unroll/backend-onnxruntime';
import * as nn from '@unroll/nn';
import { describe, expect, it } from 'vitest';
import { timeless } from '../test/timeless.ts';
import { tinyRun, wordBatches } from '../test/tiny-run.ts';
import type { CheckpointStore, TrainingEvent } from './index.ts';
import { earlyStopping, inMemory, readCheckpoint, Trainer } from './index.ts';

const backends = { portable: () => tfjsBackend('cpu'), cpu, onnxruntime };

/** Trains to a step with a new model and optimizer, and with all features that have a state. */
async function trainTo(
  steps: number,
  store: CheckpointStore,
): Promise<{ weights: Uint8Array; events: string[] }> {
  const { model, optimizer, options } = tinyRun();
  const heldOut = wordBatches(16, 5);
  const events: string[] = [];
  const trainer = new Trainer({
    ...options,
    steps,
    accumulate: 3,
    average: { decay: 0.9 },
    validation: { batches: heldOut, every: { steps: 7 } },
    stopping: earlyStopping({ patience: 1000 }),
    checkpoints: { store, every: { steps: 50 } },
    reporters: [
      ({ type, ...event }) => {
        // The fraction depends on the number of steps of the run.
        const { seconds, fraction, ...rest } = event as Record<string, unknown>;
        events.push(JSON.stringify({ type, ...rest }));
      },
    ],
  });
  await trainer.fit();
  const weights = await nn.save(model);
  optimizer.dispose();
  model.dispose();
  return { weights, events: events.filter((event) => /"(step|epoch|validation)","/.test(event)) };
}

describe.each(Object.entries(backends))('on %s', (_, backend) => {
  it('200 steps equal 100 steps, a resume and 100 more, to the bit, with dropout, accumulation and averages', async () => {
    await useBackend(backend());
    const before = tf.memory();
    const [through, apart] = [inMemory(), inMemory()];
    const whole = await trainTo(200, through);
    const first = await trainTo(100, apart);
    nn.manualSeed(99);
    const second = await trainTo(200, apart);
    expect(second.weights).toEqual(whole.weights);
    expect([...first.events, ...second.events]).toEqual(whole.events);
    const [a, b] = await Promise.all([through, apart].map((store) => readCheckpoint(store, 'step-00000200')));
    expect(timeless(a!)).toEqual(timeless(b!));
    const after = tf.memory();
    expect([after.numTensors, after.numBytes]).toEqual([before.numTensors, before.numBytes]);
  });
});

describe('a run that crashes after any of its checkpoints', () => {
  // 8 batches an epoch: updates of 3, 3 and 2, so that every third step is an epoch's last, after all batches were
  // read.
  const LAST = 9;

  async function run(
    store: CheckpointStore,
    source: 'resumable' | 'counted' | 'drawn',
    crashAfter = Number.POSITIVE_INFINITY,
  ) {
    const { model, optimizer, options } = tinyRun();
    const told: string[] = [];
    const counted = (epoch: number) => {
      const batches = wordBatches();
      batches.load({ ...(batches.state() as object), epoch });
      return batches;
    };
    const drawn = async function* () {
      for (let i = 0; i < 8; i++) yield* wordBatches(64, Math.floor(1000 * nn.defaultGenerator.uniform()));
    };
    const trainer = new Trainer({
      ...options,
      batches: source === 'resumable' ? wordBatches() : source === 'counted' ? counted : drawn,
      steps: LAST,
      accumulate: 3,
      validation: { batches: wordBatches(16, 5) },
      checkpoints: { store, every: { steps: 1 }, keepLast: 1 },
      reporters: [
        (event) => {
          const { seconds, ...rest } = event as TrainingEvent & { seconds?: number };
          if (/step|epoch|validation/.test(event.type)) told.push(JSON.stringify(rest));
          if (event.type === 'checkpoint' && --crashAfter === 0) throw new Error('a crash');
        },
      ],
    });
    const result = await trainer.fit().catch(() => undefined);
    const weights = await nn.save(model);
    optimizer.dispose();
    model.dispose();
    return { told, weights, result };
  }

  it.each(['resumable', 'counted', 'drawn'] as const)(
    'continues as if nothing had happened, with %s batches',
    async (source) => {
      await useBackend(cpu());
      const whole = await run(inMemory(), source);
      for (let checkpoints = 1; ; checkpoints++) {
        const store = inMemory();
        const first = await run(store, source, checkpoints);
        if (first.result) return expect(checkpoints).toBeGreaterThan(LAST);
        const second = await run(store, source);
        expect(second.result).toEqual(whole.result);
        expect([...first.told, ...second.told], `after checkpoint ${checkpoints}`).toEqual(whole.told);
        expect(second.weights).toEqual(whole.weights);
      }
    },
  );
});

it('a run whose backend is swapped during training continues where it was', async () => {
  const losses = async (swap: boolean): Promise<number[]> => {
    await useBackend(cpu());
    const { model, optimizer, options } = tinyRun();
    const all: number[] = [];
    const report = async (event: TrainingEvent): Promise<void> => {
      if (event.type !== 'step') return;
      all.push(event.loss);
      if (swap && event.step === 10) await useBackend(onnxruntime());
      if (swap && event.step === 20) await useBackend(cpu());
    };
    const average = { decay: 0.5 };
    const validation = { batches: wordBatches(32), every: { steps: 15 } };
    await new Trainer({ ...options, steps: 30, average, validation, reporters: [report] }).fit();
    optimizer.dispose();
    model.dispose();
    return all;
  };
  const [alone, swapped] = [await losses(false), await losses(true)];
  expect(swapped).toHaveLength(30);
  swapped.forEach((loss, i) => {
    expect(loss).toBeCloseTo(alone[i]!, 4);
  });
});
