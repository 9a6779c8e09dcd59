import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { LanguageModel } from '@unroll/models';
import * as nn from '@unroll/nn';
import { Adam } from '@unroll/optim';
import { type CheckpointStore, inMemory, Trainer, type TrainingEvent } from '@unroll/train';
import { describe, expect, it } from 'vitest';
import { backends } from '../test/backends.ts';

const pieceAt = (step: number) =>
  tf.tensor2d(
    [0, 1].map((row) => [0, 1, 2, 3].map((t) => (3 * step + t + 2 * row) ** 2 % 7)),
    [2, 4],
    'int32',
  );

/** Trains a language model whose rows are read piece by piece, with a validation after each other step. */
async function train(steps: number, store: CheckpointStore, compile: boolean) {
  nn.manualSeed(6);
  using model = new LanguageModel({
    embedding: new nn.Embedding({ numEmbeddings: 7, embeddingDim: 4 }),
    rnn: new nn.LSTM({ inputSize: 4, hiddenSize: 6 }),
    dropout: 0.2,
    carriedRows: 2,
  });
  using optimizer = new Adam(model.parameters(), { lr: 0.01 });
  const losses: number[] = [];
  const report = (event: TrainingEvent): void => {
    if (event.type === 'step') losses.push(event.loss);
  };
  await new Trainer<tf.Tensor2D>({
    model,
    optimizer,
    batches: () => Array.from({ length: 20 }, (_, step) => pieceAt(step)),
    loss: (tokens) => model.loss(tokens),
    validation: { batches: () => [pieceAt(40)], every: { steps: 2 } },
    steps,
    compile,
    checkpoints: { store },
    reporters: [report],
  }).fit();
  return { losses, weights: await nn.save(model) };
}

describe.each(backends)('on %s', (_, backend) => {
  it('a language model’s rows read on after a resume, replayed or not, to the bit', async () => {
    await useBackend(backend);
    const eager = await train(12, inMemory(), false);
    for (const compile of [false, true]) {
      const store = inMemory();
      const through = await train(12, inMemory(), compile);
      const first = await train(6, store, compile);
      const second = await train(12, store, compile);
      expect([...first.losses, ...second.losses]).toEqual(through.losses);
      expect(second.weights).toEqual(through.weights);
      for (const [i, loss] of through.losses.entries()) expect(loss).toBeCloseTo(eager.losses[i]!, 5);
    }
  });
});
