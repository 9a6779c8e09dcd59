// One to many: one vector, which planet is meant, becomes a sequence of letters, its name.
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';
import { Adam, trainingStep } from '@unroll/optim';

await useBackend(cpu());
nn.manualSeed(1);
const planets = ['mercury', 'venus', 'earth', 'mars', 'jupiter', 'saturn', 'uranus', 'neptune'];
const alphabet = ' abcdefghijklmnopqrstuvwxyz';
const steps = 7;

class Speller extends nn.Module {
  rnn = new nn.RNN({ inputSize: 8, hiddenSize: 32, batchFirst: true });
  output = new nn.Linear({ inFeatures: 32, outFeatures: alphabet.length });

  /** Vectors [N, 8] → a score for each letter at each step, [N, L, 27] */
  forward(vectors: tf.Tensor): tf.Tensor {
    const first = tf.expandDims(vectors, 1); // [N, 1, 8]
    const rest = tf.zeros([vectors.shape[0]!, steps - 1, 8]);
    const [hidden] = this.rnn.forward(tf.concat([first, rest], 1)); // [N, L, 32]
    return this.output.forward(hidden);
  }
}
const letters = planets.map((name) => [...name.padEnd(steps)].map((letter) => alphabet.indexOf(letter)));
const vectors = tf.eye(planets.length); // [N, 8]
const target = tf.tensor2d(letters, [planets.length, steps], 'int32'); // [N, L]

const model = new Speller();
const optimizer = new Adam(model.parameters(), { lr: 0.01 });
const loss = () => nn.crossEntropy(tf.transpose(model.forward(vectors), [0, 2, 1]), target); // of [N, 27, L]
for (let step = 0; step < 200; step++) await trainingStep(optimizer, loss);

const best: tf.Tensor2D = tf.argMax(model.forward(vectors), 2); // [N, L]
for (const [planet, name] of (await best.array()).entries()) {
  console.log(planet + 1, name.map((letter) => alphabet[letter]).join(''));
}
