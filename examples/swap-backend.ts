// Another backend in mid-training: weights and the optimizer's moments come along, and the losses are those of a run that stayed.
import * as tf from '@tensorflow/tfjs-core';
import { type Backend, useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { onnxruntime } from '@unroll/backend-onnxruntime';
import * as nn from '@unroll/nn';
import { Adam, trainingStep } from '@unroll/optim';

const random = new nn.RandomGenerator(2);
const numbers = Array.from({ length: 10 * 64 }, () => random.normal());

/** Learns to add up ten numbers: 100 steps on one backend, then 100 on another. */
async function train(first: Backend, second: Backend): Promise<void> {
  await useBackend(first);
  nn.manualSeed(1);
  const inputs = tf.tensor3d(numbers, [10, 64, 1]); // [L, N, 1]
  const rnn = new nn.RNN({ inputSize: 1, hiddenSize: 32 });
  const output = new nn.Linear({ inFeatures: 32, outFeatures: 1 });
  const optimizer = new Adam([...rnn.parameters(), ...output.parameters()], { lr: 0.01 });
  const loss = () => {
    const [, hN] = rnn.forward(inputs); // [1, N, 32]
    return nn.mseLoss(output.forward(tf.squeeze(hN, [0])), tf.sum(inputs, 0));
  };
  for (let step = 1; step <= 200; step++) {
    if (step === 101) await useBackend(second);
    const value = await trainingStep(optimizer, loss);
    if (step % 50 === 0) console.log(`${tf.getBackend()}, step ${step}: loss ${value.toFixed(4)}`);
  }
}
await train(cpu(), cpu());
await train(cpu(), onnxruntime());
