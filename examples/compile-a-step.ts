// A training step captured once and replayed: the same losses in less time.
import * as tf from '@tensorflow/tfjs-core';
import { compile, useBackend } from '@unroll/backend';
import { onnxruntime } from '@unroll/backend-onnxruntime';
import * as nn from '@unroll/nn';
import { Adam, update } from '@unroll/optim';

await useBackend(onnxruntime());
const random = new nn.RandomGenerator(2);
const numbers = tf.tensor3d(
  Array.from({ length: 10 * 32 }, () => random.normal()),
  [10, 32, 1],
); // [L, N, 1]
const sums = tf.sum(numbers, 0); // [N, 1]
/** The training step of a new model that learns to add up: it gives the loss. */
function makeStep() {
  nn.manualSeed(1);
  const rnn = new nn.RNN({ inputSize: 1, hiddenSize: 32, numLayers: 2 });
  const output = new nn.Linear({ inFeatures: 32, outFeatures: 1 });
  const optimizer = new Adam([...rnn.parameters(), ...output.parameters()], { lr: 0.01 });
  return (inputs: tf.Tensor, targets: tf.Tensor) =>
    update(optimizer, () => {
      const [outputs] = rnn.forward(inputs); // [L, N, 32]
      return nn.mseLoss(output.forward(tf.gather(outputs, 9)), targets);
    });
}

async function measure(name: string, step: (inputs: tf.Tensor, targets: tf.Tensor) => tf.Scalar) {
  let [start, value] = [0, 0];
  for (let i = 0; i < 250; i++) {
    if (i === 50) start = performance.now();
    const loss = step(numbers, sums);
    value = (await loss.data())[0]!;
    loss.dispose();
  }
  const milliseconds = (performance.now() - start) / 200;
  console.log(`${name}: ${milliseconds.toFixed(2)} ms a step, loss ${value.toFixed(4)}`);
}
await measure('called  ', makeStep());
await measure('compiled', compile(makeStep()));
