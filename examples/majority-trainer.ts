// What in-a-worker.ts has its worker do.
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { onnxruntime } from '@unroll/backend-onnxruntime';
import { batches, fields, padded, scalars, shuffled, splitByRatio } from '@unroll/data';
import * as nn from '@unroll/nn';
import { AdamW } from '@unroll/optim';
import { numbersOf, Trainer } from '@unroll/train';
import { Accuracy } from '@unroll/train/metrics';
import { MajorityModel, sequences } from './majority.ts';

export async function createTrainer({ epochs }: { epochs: number }) {
  await useBackend(onnxruntime());
  nn.manualSeed(1);
  const model = new MajorityModel();
  const collate = fields({ bits: padded(), majority: scalars() });
  const { train, heldOut } = splitByRatio(sequences, { train: 0.8, heldOut: 0.2 }, { seed: 1 });
  return new Trainer({
    model,
    optimizer: new AdamW(model.parameters(), { lr: 0.01 }),
    batches: batches(train, { batchSize: 32, order: shuffled({ seed: 1 }), collate }),
    loss: ({ bits, majority }) => nn.crossEntropy(model.forward(bits), majority),
    epochs,
    validation: {
      batches: batches(heldOut, { batchSize: 128, collate }),
      metrics: { accuracy: new Accuracy() },
      measure: async ({ bits, majority }, { accuracy }) =>
        accuracy.update(await numbersOf(() => tf.argMax(model.forward(bits), 1)), await majority.data()),
      value: 'accuracy',
      mode: 'max',
    },
    restoreBest: true,
  });
}
