// A sequence that comes step by step: an answer after each, and a state that is kept as JSON until the stream goes on.
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';

await useBackend(cpu());
nn.manualSeed(1);
const lstm = new nn.LSTM({ inputSize: 1, hiddenSize: 2, numLayers: 2 });
const sequence = tf.tensor2d([[0.5], [-1], [2], [1]]); // [L, I]
const steps = tf.unstack(sequence); // L times [I]
const shown = async (tensor: tf.Tensor) =>
  Array.from(await tensor.data(), (value) => value.toFixed(4)).join(' ');

let state: nn.LSTMState | undefined; // nothing yet: zeros
for (const x of steps.slice(0, 2)) {
  const [y, next] = lstm.step(x, state); // [H], and hidden and cell of each layer
  state = next;
  console.log('step', await shown(y));
}
const saved = JSON.stringify(await nn.stateToJSON(state!));
console.log(`${saved.length} characters of JSON: ${saved.slice(0, 60)}…`);

// Another day, another process
let resumed = nn.stateFromJSON<nn.LSTMState>(JSON.parse(saved));
for (const x of steps.slice(2)) {
  const [y, next] = lstm.step(x, resumed);
  resumed = next;
  console.log('step', await shown(y));
}
const [outputs] = lstm.forward(sequence); // [L, H]
for (const y of tf.unstack(outputs)) console.log('all at once', await shown(y));
