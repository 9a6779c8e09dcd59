import * as tf from '@tensorflow/tfjs-core';
import { batches, type Codec, fields, map, padded, scalars, shuffled } from '@unroll/data';
import * as nn from '@unroll/nn';
import { AdamW, OneCycleLR, trainingStep } from '@unroll/optim';
import type { NameClassifier } from './name-classifier.ts';
import type { LabelledName } from './name-lists.ts';

/** Names to learn from, and names to be judged by. */
export interface NameSplit {
  readonly train: readonly LabelledName[];
  readonly heldOut: readonly LabelledName[];
}

export interface TrainingOptions {
  epochs: number;
  batchSize: number;
  /** The highest learning rate of the cycle */
  maxLr: number;
  seed: number;
}

/** After each step; at the end of an epoch with its mean loss and the held-out accuracy. */
export interface Progress {
  readonly epoch: number;
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  readonly epochEnd?: { readonly meanLoss: number; readonly accuracy: number };
}

/** Trains in place, and reports after each step. */
export async function* train(
  model: NameClassifier,
  codec: Codec,
  { train: names, heldOut }: NameSplit,
  { epochs, batchSize, maxLr, seed }: TrainingOptions,
): AsyncGenerator<Progress> {
  const encoded = map(names, ({ name, label }) => ({ characters: codec.encode(name), label }));
  const training = batches(encoded, {
    batchSize,
    order: shuffled({ seed }),
    collate: fields({ characters: padded(), label: scalars() }),
  });
  const steps = await training.count();
  const optimizer = new AdamW(model.parameters(), { lr: maxLr });
  const schedule = new OneCycleLR(optimizer, { maxLr, epochs, stepsPerEpoch: steps });
  try {
    for (let epoch = 1; epoch <= epochs; epoch++) {
      let total = 0;
      let step = 0;
      for await (const batch of training) {
        const { characters, label } = batch;
        const lossOf = () => nn.crossEntropy(model.forward(characters), label);
        const loss = await trainingStep(optimizer, lossOf, { clipGradNorm: 5 });
        tf.dispose(batch);
        schedule.step();
        total += loss * characters.lengths.length;
        const progress = { epoch, step: ++step, steps, loss };
        if (step < steps) {
          yield progress;
        } else {
          const accuracy = await heldOutAccuracy(model, codec, heldOut);
          yield { ...progress, epochEnd: { meanLoss: total / names.length, accuracy } };
        }
      }
    }
  } finally {
    optimizer.dispose();
  }
}

/** The fraction of names whose likelier class is theirs. */
export async function heldOutAccuracy(
  model: NameClassifier,
  codec: Codec,
  names: readonly LabelledName[],
): Promise<number> {
  const probabilities = await predict(
    model,
    codec,
    names.map(({ name }) => name),
  );
  const right = names.filter(({ label }, i) => {
    const row = probabilities[i]!;
    return row.indexOf(Math.max(...row)) === label;
  });
  return right.length / names.length;
}

/** Each name's probabilities. */
export async function predict(
  model: NameClassifier,
  codec: Codec,
  names: readonly string[],
): Promise<number[][]> {
  const batch = padded()(names.map((name) => codec.encode(name)));
  try {
    return await model.probabilities(batch);
  } finally {
    tf.dispose(batch);
  }
}
