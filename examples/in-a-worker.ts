// Trains in a worker: this thread answers a request every few milliseconds all the while, then takes the weights.
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { padded } from '@unroll/data';
import * as nn from '@unroll/nn';
import { progress } from '@unroll/train/progress';
import { trainInWorker } from '@unroll/train/worker';
import { MajorityModel, sequences } from './majority.ts';

let answered = 0;
const requests = setInterval(() => answered++, 5);

const run = trainInWorker(new URL('./majority-trainer.ts', import.meta.url), {
  data: { epochs: 20 },
  reporters: [progress()],
});
const { weights, best } = await run.finished;
clearInterval(requests);
console.log(`${answered} requests were answered; held-out accuracy ${best!.value.toFixed(2)}`);

await useBackend(cpu());
using model = new MajorityModel();
await nn.load(model, weights);
const [no, yes] = await tf.softmax(model.forward(padded()([sequences[300]!.bits]))).data();
console.log(sequences[300]!.bits.map((bit) => bit - 1).join(''), yes! > no! ? 'has mostly ones' : 'has not');
