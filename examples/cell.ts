// The cell, h' = tanh(x Wᵀ + b + h Uᵀ + c), and its output, y = h' Vᵀ + d: by hand, by nn.RNNCell, and all steps at once by nn.RNN.
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';

await useBackend(cpu());
const [W, b] = [tf.tensor2d([0.5, -0.3, 0.8, 0.2], [2, 2]), tf.tensor1d([0.3, 0])]; // [H, I], [H]
const [U, c] = [tf.tensor2d([0.1, 0.4, -0.2, 0.3], [2, 2]), tf.tensor1d([0, 0.2])]; // [H, H], [H]
const [V, d] = [tf.tensor2d([1, -1], [1, 2]), tf.tensor1d([0.5])]; // [O, H], [O]

const cell = new nn.RNNCell({ inputSize: 2, hiddenSize: 2 });
cell.loadStateDict({ weight_ih: W, bias_ih: b, weight_hh: U, bias_hh: c });
const rnn = new nn.RNN({ inputSize: 2, hiddenSize: 2 });
rnn.loadStateDict({ weight_ih_l0: W, bias_ih_l0: b, weight_hh_l0: U, bias_hh_l0: c });

const sequence = [tf.tensor2d([[1, 2]]), tf.tensor2d([[-1, 0]]), tf.tensor2d([[0.5, -1]])]; // L times [N, I]
const [outputs, last] = rnn.forward(tf.stack(sequence)); // [L, N, H], [1, N, H]

async function show(name: string, tensor: tf.Tensor) {
  console.log(name.padEnd(12), Array.from(await tensor.data(), (value) => value.toFixed(4)).join(' '));
}
let h = tf.zeros([1, 2]); // [N, H]
let ofCell = tf.zeros([1, 2]); // [N, H]
for (const [t, x] of sequence.entries()) {
  const ofInput = tf.add(tf.matMul(x, W, false, true), b); // x Wᵀ + b
  const ofState = tf.add(tf.matMul(h, U, false, true), c); // h Uᵀ + c
  h = tf.tanh(tf.add(ofInput, ofState)); // h'
  const y = tf.add(tf.matMul(h, V, false, true), d); // h' Vᵀ + d
  ofCell = cell.forward(x, ofCell);

  console.log(`step ${t + 1}`);
  await show('h by hand', h);
  await show('h by RNNCell', ofCell);
  await show('h by RNN', tf.gather(outputs, t));
  await show('y', y);
}
await show('hN by RNN', last);
