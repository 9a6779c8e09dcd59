// A ready model of @unroll/models: it reads a text piece by piece, says what comes next, is saved, loaded and writes on.
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { batches, bpttPieces, stacked } from '@unroll/data';
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

const batchSize = 4; // each of 4 rows reads its own quarter of the text, 20 characters a step
const pieces = batches(bpttPieces(tokens, { batchSize, bpttLength: 20 }), {
  batchSize,
  collate: stacked({ dtype: 'int32' }),
});
const make = () =>
  new LanguageModel({
    embedding: new nn.Embedding({ numEmbeddings: alphabet.length, embeddingDim: 16 }),
    rnn: new nn.LSTM({ inputSize: 16, hiddenSize: 48 }),
    carriedRows: batchSize,
  });
const model = make();
const optimizer = new Adam(model.parameters(), { lr: 0.01 });
for (let epoch = 0; epoch < 8; epoch++) {
  for await (const batch of pieces) {
    await trainingStep(optimizer, () => model.loss(batch), { clipGradNorm: 1 });
    batch.dispose();
  }
  model.resetState();
}
const loaded = make();
await nn.load(loaded, await nn.save(model));
const written = await loaded.sample(encode('three'), { length: 40, temperature: 0.2 });
console.log(`three${written.map((token) => alphabet[token]).join('')}`);
