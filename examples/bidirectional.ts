// In both directions: what each half of the output is, where the backward half's last state lies, and a task that needs the future.
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';
import { Adam, trainingStep } from '@unroll/optim';

await useBackend(cpu());
nn.manualSeed(1);
const rnn = new nn.RNN({ inputSize: 1, hiddenSize: 2, bidirectional: true });
const [outputs, hN] = rnn.forward(tf.tensor3d([[[1]], [[2]], [[3]]])); // [L, N, 2·H], [2, N, H]

const shown = async (tensor: tf.Tensor) =>
  Array.from(await tensor.data(), (value) => value.toFixed(2)).join(' ');
for (const [t, step] of tf.unstack(outputs).entries()) {
  const [forwards, backwards] = tf.split(step, 2, 1); // [N, H] each
  console.log(`step ${t}: forwards ${await shown(forwards!)}, backwards ${await shown(backwards!)}`);
}
console.log(`last states: ${await shown(hN)}`); // of step 2 and of step 0

// Which bit comes next? [L, N, 1]
const random = new nn.RandomGenerator(2);
const bits = tf.tensor3d(
  Array.from({ length: 2000 }, () => Number(random.uniform() < 0.5)),
  [10, 200, 1],
);
const next = tf.concat([tf.slice(bits, 1), tf.zeros([1, 200, 1])]); // after the last comes 0

for (const bidirectional of [false, true]) {
  const layer = new nn.RNN({ inputSize: 1, hiddenSize: 8, bidirectional });
  const output = new nn.Linear({ inFeatures: bidirectional ? 16 : 8, outFeatures: 1 });
  const scores = () => output.forward(layer.forward(bits)[0]); // [L, N, 1]
  const optimizer = new Adam([...layer.parameters(), ...output.parameters()], { lr: 0.02 });
  const loss = () => nn.binaryCrossEntropyWithLogits(scores(), next);
  for (let step = 0; step < 200; step++) await trainingStep(optimizer, loss);
  const right = tf.equal(tf.greater(scores(), 0), tf.cast(next, 'bool'));
  console.log(
    `${bidirectional ? 'both directions' : 'one direction'}: ${await shown(tf.mean(right))} of next bits`,
  );
}
