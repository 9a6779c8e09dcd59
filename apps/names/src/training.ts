import * as tf from '@tensorflow/tfjs-core';
import { Philox } from '@unroll/backend/operations';
import * as nn from '@unroll/nn';
import { AdamW, OneCycleLR, trainingStep } from '@unroll/optim';
import { type Alphabet, toBatch } from './batch.ts';
import type { NameClassifier } from './name-classifier.ts';
import type { LabelledName } from './name-lists.ts';
import { type Split, shuffle } from './split.ts';

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
  alphabet: Alphabet,
  { train: names, heldOut }: Split<LabelledName>,
  { epochs, batchSize, maxLr, seed }: TrainingOptions,
): AsyncGenerator<Progress> {
  const random = new Philox(seed);
  const optimizer = new AdamW(model.parameters(), { lr: maxLr });
  const steps = Math.ceil(names.length / batchSize);
  const schedule = new OneCycleLR(optimizer, { maxLr, epochs, stepsPerEpoch: steps });
  try {
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const shuffled = shuffle(names, random);
      let total = 0;
      for (let i = 0; i < steps; i++) {
        const chosen = shuffled.slice(i * batchSize, (i + 1) * batchSize);
        const loss = await trainingStep(optimizer, () => lossOf(model, alphabet, chosen), {
          clipGradNorm: 5,
        });
        schedule.step();
        total += loss * chosen.length;
        const progress = { epoch, step: i + 1, steps, loss };
        if (i + 1 < steps) {
          yield progress;
        } else {
          const accuracy = await heldOutAccuracy(model, alphabet, heldOut);
          yield { ...progress, epochEnd: { meanLoss: total / names.length, accuracy } };
        }
      }
    }
  } finally {
    optimizer.dispose();
  }
}

function lossOf(model: NameClassifier, alphabet: Alphabet, names: readonly LabelledName[]): tf.Tensor {
  const batch = toBatch(
    alphabet,
    names.map(({ name }) => name),
  );
  const labels = tf.tensor1d(
    names.map(({ label }) => label),
    'int32',
  );
  return nn.crossEntropy(model.forward(batch), labels);
}

/** The fraction of names whose likelier class is theirs. */
export async function heldOutAccuracy(
  model: NameClassifier,
  alphabet: Alphabet,
  names: readonly LabelledName[],
): Promise<number> {
  const probabilities = await predict(
    model,
    alphabet,
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
  alphabet: Alphabet,
  names: readonly string[],
): Promise<number[][]> {
  const batch = toBatch(alphabet, names);
  try {
    return await model.probabilities(batch);
  } finally {
    batch.characters.dispose();
  }
}
