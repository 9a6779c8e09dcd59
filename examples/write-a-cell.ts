// A cell of your own learns what the built-in ones do, on every backend, and streams: are most of these bits ones?
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { onnxruntime } from '@unroll/backend-onnxruntime';
import * as nn from '@unroll/nn';
import { AdamW, trainingStep } from '@unroll/optim';
import { sequences } from './majority.ts';
import { MinimalGatedUnit } from './minimal-gated-unit.ts';

for (const backend of [cpu(), onnxruntime()]) {
  await useBackend(backend);
  const bits = nn.padSequence(sequences.map(({ bits }) => tf.tensor2d(bits, [bits.length, 1])));
  const lengths = sequences.map(({ bits }) => bits.length);
  const labels = tf.tensor1d(
    sequences.map(({ majority }) => majority),
    'int32',
  );
  nn.manualSeed(1);
  const layer = new nn.Recurrent(new MinimalGatedUnit(1, 16));
  const output = new nn.Linear({ inFeatures: 16, outFeatures: 2 });
  const optimizer = new AdamW([...layer.parameters(), ...output.parameters()], { lr: 0.03 });
  const loss = () => {
    const packed = nn.packPaddedSequence(bits, lengths, { enforceSorted: false });
    return nn.crossEntropy(output.forward(tf.squeeze(layer.forward(packed)[1], [0])), labels);
  };
  const first = await trainingStep(optimizer, loss);
  let last = first;
  for (let step = 0; step < 120; step++) last = await trainingStep(optimizer, loss);
  console.log(`${backend.name}: loss ${first.toFixed(2)}, after 120 steps ${last.toFixed(2)}`);
  // Bit by bit, with an answer at each:
  let state: tf.Tensor | undefined;
  for (const bit of [1, 0, 0, 1, 1]) {
    const [y, next] = layer.step(tf.tensor1d([bit + 1]), state);
    const answer = await tf.argMax(output.forward(y), -1).data();
    console.log(`${bit}: ${answer[0] === 1 ? 'mostly ones' : 'not mostly ones'}`);
    state = next;
  }
}
