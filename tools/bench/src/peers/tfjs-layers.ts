import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import type { Prepared } from '../peer.ts';
import { sums } from '../training-data.ts';
import type { LayersWorkload } from '../workload.ts';

const CHARACTERS = '0123456789+ ';

function oneHot(texts: readonly string[], length: number): tf.Tensor3D {
  const rows = texts.map((text) => [...text.padEnd(length)].map((letter) => CHARACTERS.indexOf(letter)));
  const codes = tf.tensor2d(rows, [texts.length, length], 'int32');
  return tf.tidy(() => tf.cast(tf.oneHot(codes, CHARACTERS.length), 'float32') as tf.Tensor3D);
}

/** One run is an epoch of `model.fit`. The model and its initial weights are the same on every backend. */
export function tfjsLayers({ rows, batchSize, units, digits }: LayersWorkload): Prepared {
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
  const normal = (seed: number) => tfl.initializers.glorotNormal({ seed });
  const lstm = { units, kernelInitializer: normal(3), recurrentInitializer: normal(4) };
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
