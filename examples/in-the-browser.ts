// For the page in-the-browser.html: an RNN learns what comes next in a wave, goes on with it by itself, and draws it.
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';
import { Adam, trainingStep } from '@unroll/optim';

const said = document.querySelector('p')!;
const canvas = document.querySelector('canvas')!.getContext('2d')!;

await useBackend(cpu());
nn.manualSeed(1);
const wave = Array.from({ length: 161 }, (_, t) => Math.sin(0.3 * t));
const inputs = tf.tensor2d(wave.slice(0, 100), [100, 1]); // [L, I]
const targets = tf.tensor2d(wave.slice(1, 101), [100, 1]); // [L, I]: what comes next

const rnn = new nn.RNN({ inputSize: 1, hiddenSize: 16 });
const output = new nn.Linear({ inFeatures: 16, outFeatures: 1 });
const optimizer = new Adam([...rnn.parameters(), ...output.parameters()], { lr: 0.01 });
for (let step = 1; step <= 300; step++) {
  const predict = () => output.forward(rnn.forward(inputs)[0]); // [L, I]
  const loss = await trainingStep(optimizer, () => nn.mseLoss(predict(), targets));
  said.textContent = `Step ${step}: loss ${loss.toFixed(6)}`;
}

let state: tf.Tensor = rnn.forward(inputs)[1]; // [1, H]
let x = tf.tensor1d([wave[100]!]); // [I]
let worst = 0;
for (let t = 101; t <= 160; t++) {
  const [hidden, next] = rnn.step(x, state); // [H], [1, H]
  [x, state] = [output.forward(hidden), next];
  const [y] = await x.data();
  worst = Math.max(worst, Math.abs(y! - wave[t]!));
  canvas.lineTo(10 * (t - 101), 100 - 90 * y!);
}
canvas.stroke();
said.textContent += `. It went on for 60 steps, and was off by ${worst.toFixed(2)} at most.`;
