import * as tf from '@tensorflow/tfjs-core';
import * as nn from '@unroll/nn';
import { SGD } from '@unroll/optim';
import { type CheckpointStore, inMemory, Trainer } from '@unroll/train';

/** The options of a trainer of one layer, whose batches are numbers. */
export function trainerParts() {
  const model = new nn.Linear({ inFeatures: 1, outFeatures: 1 });
  const loss = (batch: number): tf.Tensor => tf.mean(tf.square(model.forward(tf.fill([2, 1], batch))));
  return { model, optimizer: new SGD(model.parameters(), { lr: 0.1 }), batches: [1, 2], loss };
}

/** A store with the checkpoints of a run of two validated steps. */
export async function storeOfRun(): Promise<CheckpointStore> {
  const store = inMemory();
  const validation = { batches: [1], every: { steps: 1 } };
  await new Trainer({ ...trainerParts(), steps: 2, validation, checkpoints: { store } }).fit();
  return store;
}
