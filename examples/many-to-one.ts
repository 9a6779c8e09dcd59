// Many to one: a whole sequence becomes one class, told from the last hidden state. Which wave is it?
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';
import { Adam, trainingStep } from '@unroll/optim';

await useBackend(cpu());
nn.manualSeed(1);
const random = new nn.RandomGenerator(2);
const waves = [
  (turns: number) => Math.sin(2 * Math.PI * turns), // sine
  (turns: number) => (turns % 1 < 0.5 ? 1 : -1), // square
  (turns: number) => 2 * (turns % 1) - 1, // sawtooth
];
/** Waves of any frequency and phase, [N, L, 1], and their classes, [N] */
function draw(rows: number): [tf.Tensor3D, tf.Tensor1D] {
  const classes = Array.from({ length: rows }, (_, row) => row % 3);
  const sequences = classes.map((each) => {
    const [phase, frequency] = [random.uniform(), 0.05 + 0.05 * random.uniform()];
    return Array.from({ length: 30 }, (_, t) => [waves[each]!(phase + frequency * t)]);
  });
  return [tf.tensor3d(sequences), tf.tensor1d(classes, 'int32')];
}
const rnn = new nn.RNN({ inputSize: 1, hiddenSize: 32, batchFirst: true });
const output = new nn.Linear({ inFeatures: 32, outFeatures: 3 });
function forward(inputs: tf.Tensor3D): tf.Tensor {
  const [, hN] = rnn.forward(inputs); // [1, N, 32]
  return output.forward(tf.squeeze(hN, [0])); // [N, 3]
}
const optimizer = new Adam([...rnn.parameters(), ...output.parameters()], { lr: 0.003 });
for (let step = 0; step < 600; step++) {
  const [inputs, classes] = draw(48);
  await trainingStep(optimizer, () => nn.crossEntropy(forward(inputs), classes));
  tf.dispose([inputs, classes]);
}
const [inputs, classes] = draw(600);
const isRight = tf.equal(tf.argMax(forward(inputs), 1), classes); // [N]
const right = await tf.mean<tf.Scalar>(isRight).array();
console.log(`${(100 * right).toFixed(1)} % of 600 new waves are told`);
