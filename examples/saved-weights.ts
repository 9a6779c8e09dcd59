// Learns to count ones, saves the weights to a file that any tool reads, and goes on from it with a new model on another backend.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { onnxruntime } from '@unroll/backend-onnxruntime';
import * as nn from '@unroll/nn';
import { Adam, trainingStep } from '@unroll/optim';
import { openSafetensors } from '@unroll/safetensors';

class Counter extends nn.Module {
  gru = new nn.GRU({ inputSize: 1, hiddenSize: 16, batchFirst: true });
  output = new nn.Linear({ inFeatures: 16, outFeatures: 1 });

  /** Bits [N, T, 1] to how many of them are 1, [N, 1] */
  forward = (bits: tf.Tensor3D) => this.output.forward(tf.squeeze(this.gru.forward(bits)[1], [0]));
}

nn.manualSeed(1);
await useBackend(onnxruntime());
const numbers = Array.from({ length: 64 }, (_, i) => [...i.toString(2).padStart(6, '0')].map(Number));
const bits = tf.expandDims<tf.Tensor3D>(tf.tensor2d(numbers), 2);
const ones = tf.sum(bits, 1); // [N, 1]
const model = new Counter();
const optimizer = new Adam(model.parameters(), { lr: 0.02 });
for (let i = 0; i < 300; i++) await trainingStep(optimizer, () => nn.mseLoss(model.forward(bits), ones));

const folder = await mkdtemp(join(tmpdir(), 'weights-'));
const path = join(folder, 'counter.safetensors');
await nn.save(model, path, { metadata: { task: 'counting ones' } });
await using file = await openSafetensors(path);
for (const name of file.names) console.log(name, file.info(name).shape);
await useBackend(cpu());
const loaded = new Counter();
await nn.load(loaded, path);
console.log(numbers[45]!.join(''), 'has', (await loaded.forward(bits).data())[45]!.toFixed(1), 'ones');
await rm(folder, { recursive: true });
