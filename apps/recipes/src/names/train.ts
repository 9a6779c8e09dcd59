import * as tf from '@tensorflow/tfjs-core';
import {
  batches,
  type Codec,
  type DatasetBatches,
  fields,
  map,
  type Padded,
  padded,
  scalars,
  shuffled,
} from '@unroll/data';
import * as nn from '@unroll/nn';
import { AdamW, OneCycleLR } from '@unroll/optim';
import { numbersOf, type TrainerOptions } from '@unroll/train';
import { Accuracy } from '@unroll/train/metrics';
import type { LabelledName } from '../corpora/labelled-name.ts';
import type { NameCorpus } from './corpus.ts';
import type { NameClassifier } from './model.ts';

const EPOCHS = 20;
const BATCH_SIZE = 64;
const MAX_LR = 0.01;

export type NameBatch = {
  /** Characters of each name `[L, N]` */
  readonly characters: Padded;
  /** `[N]` */
  readonly label: tf.Tensor;
};

export interface NameTrainingOptions {
  seed: number;
  epochs?: number;
  batchSize?: number;
}

/** The training of the name classifier: cross-entropy of the classes, evaluated by the accuracy on held-out names. */
export async function nameTraining(
  model: NameClassifier,
  codec: Codec,
  { train, heldOut }: Pick<NameCorpus, 'train' | 'heldOut'>,
  { seed, epochs = EPOCHS, batchSize = BATCH_SIZE }: NameTrainingOptions,
): Promise<TrainerOptions<NameBatch, { accuracy: Accuracy }>> {
  const encoded = (names: readonly LabelledName[]) =>
    map(names, ({ name, label }) => ({ characters: codec.encode(name), label }));
  const collate = fields({ characters: padded(), label: scalars() });
  const training: DatasetBatches<NameBatch> = batches(encoded(train), {
    batchSize,
    order: shuffled({ seed }),
    collate,
  });
  const optimizer = new AdamW(model.parameters(), { lr: MAX_LR });
  const stepsPerEpoch = await training.count();
  return {
    model,
    optimizer,
    batches: training,
    loss: ({ characters, label }) => nn.crossEntropy(model.forward(characters), label),
    weight: ({ characters }) => characters.lengths.length,
    epochs,
    clipGradNorm: 5,
    schedule: {
      scheduler: new OneCycleLR(optimizer, { maxLr: MAX_LR, epochs, stepsPerEpoch }),
      each: 'step',
    },
    validation: {
      batches: batches(encoded(heldOut), { batchSize: 512, collate }),
      metrics: { accuracy: new Accuracy() },
      async measure({ characters, label }, { accuracy }) {
        const likelier = await numbersOf(() => tf.argMax(model.forward(characters), 1));
        accuracy.update(likelier, await label.data());
      },
      value: 'accuracy',
      mode: 'max',
    },
  };
}
