// Layers on layers: each reads the hidden states of the one below, and in training through a dropout.
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';

await useBackend(cpu());
nn.manualSeed(1);
const rnn = new nn.RNN({ inputSize: 1, hiddenSize: 2, numLayers: 3, dropout: 0.5 });
const x = tf.tensor3d([[[1]], [[2]], [[3]], [[4]]]); // [L, N, I]

const shown = async (tensor: tf.Tensor) =>
  Array.from(await tensor.data(), (value) => value.toFixed(2)).join(' ');

rnn.eval(); // without dropout
const [outputs, hN] = rnn.forward(x); // [L, N, H], [numLayers, N, H]
console.log('output', outputs.shape, 'hidden', hN.shape);
for (const [layer, state] of tf.unstack(hN).entries())
  console.log(`hidden of layer ${layer}:`, await shown(state));
console.log('last output:      ', await shown(tf.gather(outputs, 3)), 'is that of the last layer');

// The same by hand, layer by layer
const keys = ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh'];
let states = x; // [L, N, I]
for (let layer = 0; layer < 3; layer++) {
  const one = new nn.RNN({ inputSize: layer === 0 ? 1 : 2, hiddenSize: 2 });
  const weights = keys.map((key) => [`${key}_l0`, rnn.stateDict()[`${key}_l${layer}`]!]);
  one.loadStateDict(Object.fromEntries(weights));
  states = one.forward(states)[0]; // [L, N, H]
}
console.log('layer by layer:   ', await shown(tf.gather(states, 3)));

rnn.train(); // each call draws other zeros between the layers
for (const call of [1, 2]) {
  const [, hN] = rnn.forward(x);
  console.log(`with dropout, call ${call}:`, await shown(hN));
}
