// A batch of sequences of different lengths, packed: each is read to its own end, in both directions, and no padding is read.
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';

await useBackend(cpu());
nn.manualSeed(1);
const rnn = new nn.RNN({ inputSize: 1, hiddenSize: 2, bidirectional: true });
const sequences = [tf.tensor2d([[1], [-1], [2], [1]]), tf.tensor2d([[2], [-1]]), tf.tensor2d([[-2]])]; // [Lᵢ, 1]
const lengths = [4, 2, 1];

const padded = nn.utils.rnn.padSequence(sequences); // [L, N, 1]
console.log('padded ', padded.shape, (await padded.data()).join(' '));

const packed = nn.utils.rnn.packPaddedSequence(padded, lengths);
console.log('packed ', (await packed.data().data()).join(' '), 'batch sizes', packed.batchSizes);

const [packedOutputs, hN] = rnn.forward(packed); // [2, N, H]
const [outputs] = nn.utils.rnn.padPackedSequence(packedOutputs); // [L, N, 2·H]
console.log('outputs', outputs.shape, 'hidden', hN.shape);

const shown = async (tensor: tf.Tensor) =>
  Array.from(await tensor.data(), (value) => value.toFixed(2)).join(' ');
const [, ofPadding] = rnn.forward(padded); // [2, N, H]
for (const [row, sequence] of sequences.entries()) {
  const [, alone] = rnn.forward(sequence); // [2, H]
  console.log(`row ${row}, alone `, await shown(alone));
  console.log('       packed', await shown(tf.gather(hN, row, 1)));
  console.log('       padded', await shown(tf.gather(ofPadding, row, 1)));
}
