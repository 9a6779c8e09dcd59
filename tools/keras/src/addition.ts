// Adds numbers in text form ("12+345" becomes "357"), like Keras's well-known example: one LSTM reads, another writes.
// Prints the losses and the duration of an epoch: node src/addition.ts [cpu|onnxruntime|tfjs] [lstm|gru]
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { type Backend, tfjsBackend, useBackend } from '@unroll/backend';
import { Philox } from '@unroll/backend/operations';
import { cpu } from '@unroll/backend-cpu';
import { onnxruntime, onnxruntimeStatistics } from '@unroll/backend-onnxruntime';

const DIGITS = 2;
const CHARACTERS = '0123456789+ ';
const INPUT = 2 * DIGITS + 1;
const OUTPUT = DIGITS + 1;
const ROWS = 2000;
const EPOCHS = 3;
const UNITS = 128;

const backends: Readonly<Record<string, () => Backend>> = {
  cpu: () => cpu({ threads: 2 }),
  onnxruntime: () => onnxruntime({ threads: 2 }),
  tfjs: () => tfjsBackend('cpu'),
};
const layers = { lstm: tfl.layers.lstm, gru: tfl.layers.gru } as const;

function oneHot(texts: readonly string[], length: number): tf.Tensor3D {
  const rows = texts.map((text) => [...text.padEnd(length)].map((letter) => CHARACTERS.indexOf(letter)));
  const codes = tf.tensor2d(rows, [texts.length, length], 'int32');
  return tf.tidy(() => tf.cast(tf.oneHot(codes, CHARACTERS.length), 'float32') as tf.Tensor3D);
}

function model(layer: (typeof layers)['lstm' | 'gru']): tfl.Sequential {
  const normal = (seed: number) => tfl.initializers.glorotNormal({ seed });
  const initial = { units: UNITS, kernelInitializer: normal(3), recurrentInitializer: normal(4) };
  return tfl.sequential({
    layers: [
      layer({ ...initial, inputShape: [INPUT, CHARACTERS.length] }),
      tfl.layers.repeatVector({ n: OUTPUT }),
      layer({ ...initial, returnSequences: true }),
      tfl.layers.timeDistributed({
        layer: tfl.layers.dense({ units: CHARACTERS.length, kernelInitializer: normal(5) }),
      }),
      tfl.layers.activation({ activation: 'softmax' }),
    ],
  });
}

const [backendName = 'onnxruntime', layerName = 'lstm'] = process.argv.slice(2);
const makeBackend = backends[backendName];
const layer = layers[layerName as keyof typeof layers];
if (!makeBackend || !layer) {
  console.error(`addition: expected [${Object.keys(backends).join('|')}] [${Object.keys(layers).join('|')}]`);
  process.exit(2);
}
await useBackend(makeBackend());
const random = new Philox(7);
const sums = Array.from({ length: ROWS }, () => [0, 0].map(() => Math.floor(random.uniform() * 100)));
const x = oneHot(
  sums.map(([a, b]) => `${a}+${b}`),
  INPUT,
);
const y = oneHot(
  sums.map(([a, b]) => `${a! + b!}`),
  OUTPUT,
);
const network = model(layer);
network.compile({ loss: 'categoricalCrossentropy', optimizer: 'adam', metrics: ['accuracy'] });
const start = performance.now();
const { history } = await network.fit(x, y, { epochs: EPOCHS, batchSize: 128, shuffle: false, verbose: 0 });
const seconds = (performance.now() - start) / 1000;
const losses = (history.loss as number[]).map((loss) => loss.toFixed(4)).join(' ');
console.log(`${backendName} ${layerName}: losses ${losses}, ${(seconds / EPOCHS).toFixed(2)} s an epoch`);
if (backendName === 'onnxruntime') {
  const { runs, sessionsCreated, creationMs } = onnxruntimeStatistics();
  console.log(`${runs} runs of ${sessionsCreated} sessions, created in ${(creationMs / 1000).toFixed(2)} s`);
}
