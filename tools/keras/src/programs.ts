import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

/** A model with its training data. Both are the same each time. */
export interface Program {
  readonly name: string;
  readonly loss: string;
  readonly metrics?: readonly string[];
  model(): tfl.LayersModel;
  data(): { x: tf.Tensor; y: tf.Tensor };
}

const ROWS = 22;
const STEPS = 5;
const FEATURES = 4;
const CLASSES = 3;

const initial = (seed: number) => tfl.initializers.glorotUniform({ seed });
const kernels = (seed: number) => ({
  kernelInitializer: initial(seed),
  recurrentInitializer: initial(seed + 1),
});
const dense = (units: number, seed: number, activation?: 'relu' | 'softmax' | 'sigmoid' | 'tanh') =>
  tfl.layers.dense({ units, kernelInitializer: initial(seed), ...(activation && { activation }) });

const sequential = (...layers: tfl.layers.Layer[]): tfl.LayersModel => tfl.sequential({ layers });

const sequences = () => tf.randomUniform([ROWS, STEPS, FEATURES], -1, 1, 'float32', 5);
const words = () => tf.randomUniform([ROWS, STEPS], 0, 9, 'int32', 6);
const classes = (): tf.Tensor => {
  const labels = Array.from({ length: ROWS }, (_, i) => (i * 7) % CLASSES);
  return tf.cast(tf.oneHot(tf.tensor1d(labels, 'int32'), CLASSES), 'float32');
};
const targets = (...shape: number[]) => tf.randomUniform([ROWS, ...shape], -1, 1, 'float32', 8);

const classified = { loss: 'categoricalCrossentropy', metrics: ['accuracy'] } as const;
const overTime = { inputShape: [STEPS, FEATURES] };

export const programs: readonly Program[] = [
  {
    name: 'an LSTM classifier',
    ...classified,
    model: () =>
      sequential(tfl.layers.lstm({ units: 6, ...kernels(1), ...overTime }), dense(CLASSES, 3, 'softmax')),
    data: () => ({ x: sequences(), y: classes() }),
  },
  {
    name: 'a GRU regression',
    loss: 'meanSquaredError',
    model: () => sequential(tfl.layers.gru({ units: 6, ...kernels(1), ...overTime }), dense(2, 3)),
    data: () => ({ x: sequences(), y: targets(2) }),
  },
  {
    name: 'a simple RNN over each step',
    loss: 'meanAbsoluteError',
    model: () =>
      sequential(
        tfl.layers.simpleRNN({ units: 6, returnSequences: true, ...kernels(1), ...overTime }),
        tfl.layers.timeDistributed({ layer: dense(2, 3, 'tanh') }),
      ),
    data: () => ({ x: sequences(), y: targets(STEPS, 2) }),
  },
  {
    name: 'an embedding with a mask',
    ...classified,
    model: () =>
      sequential(
        tfl.layers.embedding({
          inputDim: 9,
          outputDim: 4,
          maskZero: true,
          inputLength: STEPS,
          embeddingsInitializer: initial(2),
        }),
        tfl.layers.lstm({ units: 5, ...kernels(3) }),
        dense(CLASSES, 5, 'softmax'),
      ),
    data: () => ({ x: words(), y: classes() }),
  },
  {
    name: 'a bidirectional LSTM',
    ...classified,
    model: () =>
      sequential(
        tfl.layers.bidirectional({
          layer: tfl.layers.lstm({ units: 4, ...kernels(1) }),
          mergeMode: 'concat',
          ...overTime,
        }),
        dense(CLASSES, 3, 'softmax'),
      ),
    data: () => ({ x: sequences(), y: classes() }),
  },
  {
    name: 'stacked GRUs with layer normalisation',
    loss: 'meanSquaredError',
    model: () =>
      sequential(
        tfl.layers.gru({ units: 5, returnSequences: true, ...kernels(1), ...overTime }),
        tfl.layers.layerNormalization(),
        tfl.layers.gru({ units: 4, ...kernels(3) }),
        dense(1, 5),
      ),
    data: () => ({ x: sequences(), y: targets(1) }),
  },
  {
    name: 'stacked cells',
    loss: 'meanSquaredError',
    model: () =>
      sequential(
        tfl.layers.rnn({
          cell: [
            tfl.layers.lstmCell({ units: 5, ...kernels(1) }),
            tfl.layers.gruCell({ units: 3, ...kernels(3) }),
          ],
          ...overTime,
        } as never),
        dense(1, 5),
      ),
    data: () => ({ x: sequences(), y: targets(1) }),
  },
  {
    name: 'a convolution over time with pooling',
    ...classified,
    model: () =>
      sequential(
        tfl.layers.conv1d({
          filters: 4,
          kernelSize: 2,
          activation: 'relu',
          kernelInitializer: initial(1),
          ...overTime,
        }),
        tfl.layers.maxPooling1d({ poolSize: 2 }),
        tfl.layers.flatten(),
        dense(CLASSES, 3, 'softmax'),
      ),
    data: () => ({ x: sequences(), y: classes() }),
  },
  {
    name: 'convolutions over images',
    ...classified,
    model: () =>
      sequential(
        tfl.layers.conv2d({
          filters: 3,
          kernelSize: 3,
          activation: 'relu',
          kernelInitializer: initial(1),
          inputShape: [8, 8, 2],
        }),
        tfl.layers.averagePooling2d({ poolSize: 2 }),
        tfl.layers.flatten(),
        dense(CLASSES, 3, 'softmax'),
      ),
    data: () => ({ x: tf.randomUniform([ROWS, 8, 8, 2], -1, 1, 'float32', 9), y: classes() }),
  },
  {
    name: 'batch normalisation',
    loss: 'binaryCrossentropy',
    metrics: ['accuracy'],
    model: () =>
      sequential(
        // Without a bias: normalisation removes it, so its gradient would be rounding noise, which Adam turns into
        // steps.
        tfl.layers.dense({ units: 8, useBias: false, kernelInitializer: initial(1), inputShape: [FEATURES] }),
        tfl.layers.batchNormalization(),
        tfl.layers.activation({ activation: 'relu' }),
        dense(1, 3, 'sigmoid'),
      ),
    data: () => ({
      x: tf.randomUniform([ROWS, FEATURES], -1, 1, 'float32', 4),
      y: tf.tensor2d(Array.from({ length: ROWS }, (_, i) => [i % 2])),
    }),
  },
  {
    name: 'two inputs that meet',
    loss: 'meanSquaredError',
    model: () => {
      const input = tfl.input({ shape: [STEPS, FEATURES] });
      const read = tfl.layers.lstm({ units: 4, ...kernels(1) }).apply(input) as tfl.SymbolicTensor;
      const pooled = tfl.layers.globalAveragePooling1d({}).apply(input) as tfl.SymbolicTensor;
      const joined = tfl.layers.concatenate().apply([read, pooled]) as tfl.SymbolicTensor;
      return tfl.model({ inputs: input, outputs: dense(1, 3).apply(joined) as tfl.SymbolicTensor });
    },
    data: () => ({ x: sequences(), y: targets(1) }),
  },
  {
    name: 'an encoder that repeats what it read',
    loss: 'meanSquaredError',
    model: () =>
      sequential(
        tfl.layers.lstm({ units: 5, ...kernels(1), ...overTime }),
        tfl.layers.repeatVector({ n: 3 }),
        tfl.layers.lstm({ units: 5, returnSequences: true, ...kernels(3) }),
        tfl.layers.timeDistributed({ layer: dense(2, 5) }),
      ),
    data: () => ({ x: sequences(), y: targets(3, 2) }),
  },
];

/** Every optimizer of TensorFlow.js. */
export const optimizers: Readonly<Record<string, () => tf.Optimizer>> = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.05, 0.9),
  'Nesterov momentum': () => tf.train.momentum(0.05, 0.9, true),
  adam: () => tf.train.adam(0.02),
  adamax: () => tf.train.adamax(0.02),
  rmsprop: () => tf.train.rmsprop(0.01),
  // TensorFlow.js takes the root of a negative number in its first step. The result is NaN on every backend.
  'centered rmsprop': () => tf.train.rmsprop(0.01, 0.9, 0.5, 1e-3, true),
  adagrad: () => tf.train.adagrad(0.1),
  adadelta: () => tf.train.adadelta(1, 0.9),
};
