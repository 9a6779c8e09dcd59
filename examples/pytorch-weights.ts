// Weights from PyTorch and to PyTorch: tagger.py's file gives PyTorch's numbers here; trained further, the model goes back.
import { tmpdir } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';
import { Adam, trainingStep } from '@unroll/optim';

/** As in tagger.py */
class Tagger extends nn.Module {
  rnn = new nn.RNN({ inputSize: 2, hiddenSize: 3, numLayers: 2, bidirectional: true });
  output = new nn.Linear({ inFeatures: 6, outFeatures: 2 });

  forward(x: tf.Tensor): tf.Tensor {
    const [hidden] = this.rnn.forward(x); // [L, 6]
    return this.output.forward(hidden); // [L, 2]
  }
}
await useBackend(cpu());
const model = new Tagger();
await nn.load(model, new URL('tagger.safetensors', import.meta.url));
const x = tf.tensor2d([
  [1, 2],
  [-1, 0],
  [0.5, -1],
]);
console.log('with the weights that PyTorch wrote:');
model.forward(x).print();

const optimizer = new Adam(model.parameters(), { lr: 0.05 });
const target = tf.tensor1d([0, 1, 0], 'int32');
const loss = () => nn.crossEntropy(model.forward(x), target);
for (let step = 0; step < 50; step++) await trainingStep(optimizer, loss);
console.log('trained further:');
model.forward(x).print();

const path = `${tmpdir()}/trained-tagger.safetensors`;
await nn.save(model, path);
console.log(`from safetensors.torch import load_model; from tagger import Tagger, x
model = Tagger(); load_model(model, '${path}'); print(model(x))`);
