// A ready model of @unroll/models: it reads a text piece by piece, says what comes next, is saved, loaded and writes on.
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { LanguageModel } from '@unroll/models';
import * as nn from '@unroll/nn';
import { Adam, trainingStep } from '@unroll/optim';

await useBackend(cpu());
nn.manualSeed(1);
const rhyme = 'one two buckle my shoe three four knock at the door five six pick up sticks ';
const text = rhyme.repeat(40);
const alphabet = [...new Set(text)];
const encode = (written: string) => [...written].map((character) => alphabet.indexOf(character));
const tokens = encode(text);

const [rows, steps] = [4, 20]; // each of 4 rows reads its own quarter of the text, 20 characters a step
const make = () =>
  new LanguageModel({
    embedding: new nn.Embedding({ numEmbeddings: alphabet.length, embeddingDim: 16 }),
    rnn: new nn.LSTM({ inputSize: 16, hiddenSize: 48 }),
    carriedRows: rows,
  });
const model = make();
const optimizer = new Adam(model.parameters(), { lr: 0.01 });
const perRow = Math.floor((tokens.length - 1) / rows);
for (let epoch = 0; epoch < 8; epoch++) {
  for (let at = 0; at + steps <= perRow; at += steps) {
    const pieceOf = (row: number) => tokens.slice(row * perRow + at, row * perRow + at + steps + 1);
    const batch = tf.tensor2d([0, 1, 2, 3].map(pieceOf), [rows, steps + 1], 'int32');
    await trainingStep(optimizer, () => model.loss(batch), { clipGradNorm: 1 });
    batch.dispose();
  }
  model.resetState();
}
const loaded = make();
await nn.load(loaded, await nn.save(model));
const written = await loaded.sample(encode('three'), { length: 40, temperature: 0.2 });
console.log(`three${written.map((token) => alphabet[token]).join('')}`);
