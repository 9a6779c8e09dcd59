import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';
import { AdamW } from '@unroll/optim';
import { opfs, Trainer } from '@unroll/train';

/** The data of the page for its worker. */
export interface TrainingOfPage {
  /** The folder of the checkpoints in the origin private file system */
  readonly store: string;
  readonly epochs: number;
}

const ROWS = 32;
const LENGTH = 40;
const BATCHES = 6;

/** Distinguishes rising from falling waves. */
export class WaveClassifier extends nn.Module {
  readonly lstm = new nn.LSTM({ inputSize: 1, hiddenSize: 96, numLayers: 2, dropout: 0.2, batchFirst: true });
  readonly output = new nn.Linear({ inFeatures: 96, outFeatures: 2 });

  forward(waves: tf.Tensor): tf.Tensor {
    const [states] = this.lstm.forward(waves);
    return this.output.forward(tf.mean(states, 1));
  }
}

interface Wave {
  readonly values: readonly number[];
  readonly rises: number;
}

function wave(number: number): Wave {
  const rises = number % 2;
  const values = Array.from({ length: LENGTH }, (_, t) => {
    const slope = (rises ? t : LENGTH - t) / LENGTH;
    return slope + 0.7 * Math.sin(number * 1.7 + t);
  });
  return { values, rises };
}

/** The batches of an epoch, which differ between epochs. */
function* batchesOf(epoch: number): Generator<readonly Wave[], void, undefined> {
  for (let batch = 0; batch < BATCHES; batch++) {
    yield Array.from({ length: ROWS }, (_, row) => wave((epoch * BATCHES + batch) * ROWS + row));
  }
}

export async function createTrainer({ store, epochs }: TrainingOfPage): Promise<Trainer<readonly Wave[]>> {
  await useBackend(cpu());
  nn.manualSeed(7);
  const model = new WaveClassifier();
  const loss = (waves: readonly Wave[]): tf.Tensor => {
    const values = tf.tensor3d(waves.map((one) => one.values.map((value) => [value])));
    const rises = waves.map((one) => one.rises);
    return nn.crossEntropy(model.forward(values), tf.tensor1d(rises, 'int32'));
  };
  return new Trainer({
    model,
    optimizer: new AdamW(model.parameters(), { lr: 0.01 }),
    batches: batchesOf,
    loss,
    weight: (waves) => waves.length,
    clipGradNorm: 1,
    average: { decay: 0.9 },
    epochs,
    validation: { batches: () => batchesOf(1000) },
    checkpoints: { store: opfs(store), every: { steps: 4 } },
  });
}
