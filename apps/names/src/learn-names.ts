import * as tf from '@tensorflow/tfjs-core';
import { batches, type Codec, fields, map, padded, scalars, shuffled } from '@unroll/data';
import * as nn from '@unroll/nn';
import { AdamW, OneCycleLR } from '@unroll/optim';
import {
  folder,
  numbersOf,
  type Reporter,
  type Resumable,
  Trainer,
  type TrainingResult,
} from '@unroll/train';
import { Accuracy } from '@unroll/train/metrics';
import type { NameClassifier } from './name-classifier.ts';
import type { LabelledName } from './name-lists.ts';

/** Names to learn from, and names to be judged by. */
export interface NameSplit {
  readonly train: readonly LabelledName[];
  readonly heldOut: readonly LabelledName[];
}

export interface NameTrainingOptions {
  epochs: number;
  batchSize: number;
  /** The highest learning rate of the cycle */
  maxLr: number;
  seed: number;
  /** The folder of the checkpoints; none are kept if it is left out */
  checkpoints?: string | undefined;
  reporters?: readonly Reporter[];
}

/** Teaches a model the names. The result's `values` have the `accuracy` on those that are held out. */
export async function learnNames(
  model: NameClassifier,
  codec: Codec,
  { train, heldOut }: NameSplit,
  { epochs, batchSize, maxLr, seed, checkpoints, reporters = [] }: NameTrainingOptions,
): Promise<TrainingResult> {
  const encoded = (names: readonly LabelledName[]) =>
    map(names, ({ name, label }) => ({ characters: codec.encode(name), label }));
  const collate = fields({ characters: padded(), label: scalars() });
  const training = batches(encoded(train), { batchSize, order: shuffled({ seed }), collate });
  using optimizer = new AdamW(model.parameters(), { lr: maxLr });
  const stepsPerEpoch = await training.count();
  const trainer = new Trainer({
    model,
    optimizer,
    batches: training,
    loss: ({ characters, label }) => nn.crossEntropy(model.forward(characters), label),
    weight: ({ characters }) => characters.lengths.length,
    epochs,
    clipGradNorm: 5,
    schedule: { scheduler: new OneCycleLR(optimizer, { maxLr, epochs, stepsPerEpoch }), each: 'step' },
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
    ...(checkpoints !== undefined && { checkpoints: { store: folder(checkpoints) } }),
    others: { options: sameOptions({ epochs, batchSize, maxLr, seed }) },
    reporters,
  });
  return await trainer.fit();
}

/** Has checkpoints carry a run's options, and refuse to go on with others: a schedule, for one, has its length. */
function sameOptions(options: Readonly<Record<string, number>>): Resumable {
  return {
    state: () => ({ ...options }),
    load(saved) {
      const [now, before] = [JSON.stringify(options), JSON.stringify(saved)];
      if (now !== before) throw new Error(`its options are ${before}, this run's ${now}`);
    },
  };
}
