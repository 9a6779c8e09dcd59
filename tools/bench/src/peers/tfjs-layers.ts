import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import type { Prepared } from '../peer.ts';
import { sums } from '../training-data.ts';
import type { AddingTask, ClassifyingTask, LayersWorkload } from '../workload.ts';

const CHARACTERS = '0123456789+ ';

function oneHot(texts: readonly string[], length: number): tf.Tensor3D {
  const rows = texts.map((text) => [...text.padEnd(length)].map((letter) => CHARACTERS.indexOf(letter)));
  const codes = tf.tensor2d(rows, [texts.length, length], 'int32');
  return tf.tidy(() => tf.cast(tf.oneHot(codes, CHARACTERS.length), 'float32') as tf.Tensor3D);
}

/** A model and its data; the model's first weights are the same on every backend. */
interface Program {
  readonly model: tfl.Sequential;
  readonly x: tf.Tensor;
  readonly y: tf.Tensor;
}

const normal = (seed: number) => tfl.initializers.glorotNormal({ seed });
const lstmOf = (units: number) => ({ units, kernelInitializer: normal(3), recurrentInitializer: normal(4) });

function adder({ rows, units }: LayersWorkload, { digits }: AddingTask): Program {
  const inputLength = 2 * digits + 1;
  const outputLength = digits + 1;
  const pairs = sums(rows, 10 ** digits);
  const x = oneHot(
    pairs.map(([a, b]) => `${a}+${b}`),
    inputLength,
  );
  const y = oneHot(
    pairs.map(([a, b]) => `${a + b}`),
    outputLength,
  );
  const lstm = lstmOf(units);
  const classes = tfl.layers.dense({ units: CHARACTERS.length, kernelInitializer: normal(5) });
  const model = tfl.sequential({
    layers: [
      tfl.layers.lstm({ ...lstm, inputShape: [inputLength, CHARACTERS.length] }),
      tfl.layers.repeatVector({ n: outputLength }),
      tfl.layers.lstm({ ...lstm, returnSequences: true }),
      tfl.layers.timeDistributed({ layer: classes }),
      tfl.layers.activation({ activation: 'softmax' }),
    ],
  });
  return { model, x, y };
}

function classifier({ rows, units }: LayersWorkload, { steps, features, classes }: ClassifyingTask): Program {
  const x = tf.randomNormal([rows, steps, features], 0, 1, 'float32', 1);
  const y = tf.tidy(() =>
    tf.cast(
      tf.oneHot(tf.mod(tf.range(0, rows, 1, 'int32'), tf.scalar(classes, 'int32')), classes),
      'float32',
    ),
  );
  const model = tfl.sequential({
    layers: [
      tfl.layers.lstm({ ...lstmOf(units), inputShape: [steps, features] }),
      tfl.layers.dense({ units: classes, activation: 'softmax', kernelInitializer: normal(5) }),
    ],
  });
  return { model, x, y };
}

/** One run is an epoch of `model.fit`. */
export function tfjsLayers(workload: LayersWorkload): Prepared {
  const { task, batchSize } = workload;
  const { model, x, y } = 'digits' in task ? adder(workload, task) : classifier(workload, task);
  model.compile({ loss: 'categoricalCrossentropy', optimizer: 'adam', metrics: ['accuracy'] });
  return {
    run: async () => {
      await model.fit(x, y, { epochs: 1, batchSize, shuffle: false, verbose: 0 });
    },
    dispose: () => {
      model.dispose();
      tf.dispose([x, y]);
    },
  };
}
