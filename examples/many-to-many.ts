// Many to many, aligned: a label for each step. How many brackets are open after each?
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';
import { Adam, trainingStep } from '@unroll/optim';

await useBackend(cpu());
nn.manualSeed(1);
const random = new nn.RandomGenerator(2);

/** Brackets, +1 opens and −1 closes, [N, L, 1], and how many are open after each, 0 to 4, [N, L] */
function draw(rows: number, steps: number): [brackets: tf.Tensor, open: tf.Tensor] {
  const brackets = tf.buffer([rows, steps, 1]);
  const open = tf.buffer([rows, steps], 'int32');
  for (let row = 0; row < rows; row++) {
    for (let step = 0, depth = 0; step < steps; step++) {
      const opens = depth === 0 || (depth < 4 && random.uniform() < 0.5);
      depth += opens ? 1 : -1;
      brackets.set(opens ? 1 : -1, row, step, 0);
      open.set(depth, row, step);
    }
  }
  return [brackets.toTensor(), open.toTensor()];
}
const rnn = new nn.RNN({ inputSize: 1, hiddenSize: 16, batchFirst: true });
const output = new nn.Linear({ inFeatures: 16, outFeatures: 5 });
const forward = (brackets: tf.Tensor) => output.forward(rnn.forward(brackets)[0]); // [N, L, 5]

const optimizer = new Adam([...rnn.parameters(), ...output.parameters()], { lr: 0.01 });
for (let step = 0; step < 300; step++) {
  const [brackets, open] = draw(32, 20);
  await trainingStep(optimizer, () => nn.crossEntropy(tf.transpose(forward(brackets), [0, 2, 1]), open)); // of [N, 5, L]
  tf.dispose([brackets, open]);
}
const [brackets] = draw(1, 40);
console.log(Array.from(await brackets.data(), (bracket) => (bracket > 0 ? '(' : ')')).join(''));
console.log((await tf.argMax(forward(brackets), 2).data()).join(''));
