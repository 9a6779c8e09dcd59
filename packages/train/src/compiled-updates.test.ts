import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { onnxruntime } from '@unroll/backend-onnxruntime';
import * as nn from '@unroll/nn';
import { describe, expect, it } from 'vitest';
import { listening } from '../test/listening.ts';
import { tinyRun, type WordBatch, wordBatches } from '../test/tiny-run.ts';
import { Trainer, type TrainerOptions } from './index.ts';

/** Trains for six epochs of eight batches. The loss counts its calls. */
async function train(compile: TrainerOptions<WordBatch>['compile'], accumulate = 1) {
  const before = tf.memory();
  const { model, optimizer, options } = tinyRun();
  const batches: WordBatch[] = [];
  for await (const batch of wordBatches()) batches.push(batch);
  const { events, report } = listening();
  let calls = 0;
  const loss = (batch: WordBatch) => {
    calls++;
    return options.loss(batch);
  };
  await new Trainer({ ...options, batches, loss, epochs: 6, accumulate, compile, reporters: [report] }).fit();
  const weights = await nn.save(model);
  tf.dispose(batches as object as tf.Tensor[]);
  optimizer.dispose();
  model.dispose();
  const after = tf.memory();
  expect([after.numTensors, after.numBytes]).toEqual([before.numTensors, before.numBytes]);
  const losses = events.flatMap((event) => (event.type === 'step' ? [event.loss] : []));
  return { calls, losses, weights };
}

describe('captured updates', () => {
  it.each([1, 3])(
    'learn the same as plain ones, to the bit, when %i batches make up an update',
    async (accumulate) => {
      await useBackend(onnxruntime());
      const plain = await train(false, accumulate);
      const compiled = await train(true, accumulate);
      expect(compiled.losses).toEqual(plain.losses);
      expect(compiled.weights).toEqual(plain.weights);
      expect(plain.calls).toBe(48);
      // The batches differ in length. Each is recorded plainly at first, then captured, and then replayed.
      expect(compiled.calls).toBe(16);
    },
  );

  it('are captured again when only few captures are kept', async () => {
    await useBackend(onnxruntime());
    expect((await train({ maxCaptures: 4 })).calls).toBe(48);
  });

  it('run plainly on a backend that captures nothing', async () => {
    await useBackend(cpu());
    expect((await train(true)).calls).toBe(48);
  });

  it('throw for a batch of a class, which compile cannot tell from others', async () => {
    await useBackend(onnxruntime());
    const { options } = tinyRun();
    class Words {
      readonly words = tf.ones([2]);
    }
    const trainer = new Trainer({
      ...options,
      batches: [new Words()],
      weight: undefined,
      loss: ({ words }: Words) => tf.sum(words),
      steps: 1,
      compile: true,
    });
    await expect(trainer.fit()).rejects.toThrow(
      'compile: among the arguments is an object of the class Words; expected tensors, plain values, and lists and plain objects of them',
    );
  });
});
