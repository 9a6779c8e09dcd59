// Learns word classes: sentences from a file, a bidirectional LSTM over bucketed, padded batches.
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as data from '@unroll/data';
import * as nn from '@unroll/nn';
import { Adam, trainingStep } from '@unroll/optim';

await useBackend(cpu());
nn.manualSeed(1);
const text = 'the/DET dog/NOUN sleeps/VERB\nshe/PRON sees/VERB the/DET red/ADJ fish/NOUN';
const rows = await data.toArray(data.lines(data.bytesSource(text)).parse((line) => line.split(' ')));
const [forms, classes] = [0, 1].map((i) => rows.map((row) => row.map((pair) => pair.split('/')[i]!)));
const words = data.buildVocabulary(forms!, { specials: { pad: '<pad>', unk: '<unk>' } });
const tags = data.buildVocabulary(classes!);
const encoded = forms!.map((form, i) => ({ words: words.encode(form), tags: tags.encode(classes![i]!) }));
const training = data.batches(encoded, {
  batchSize: 2,
  order: data.bucketed({ seed: 1 }),
  lengthOf: ({ words }) => words.length,
  collate: data.fields({ words: data.padded(), tags: data.padded({ paddingValue: -100 }) }), // -100: no target
});
const embedding = new nn.Embedding({ numEmbeddings: words.size, embeddingDim: 8, paddingIdx: 0 });
const lstm = new nn.LSTM({ inputSize: 8, hiddenSize: 8, bidirectional: true });
const output = new nn.Linear({ inFeatures: 16, outFeatures: tags.size });
const scores = ({ values, lengths }: data.Padded) => {
  const packed = nn.packPaddedSequence(embedding.forward(values), lengths, { enforceSorted: false });
  const [states] = nn.padPackedSequence(lstm.forward(packed)[0]); // [L, N, 16]
  return tf.reshape<tf.Rank.R2>(output.forward(states), [-1, tags.size]); // [L·N, tags]
};
const optimizer = new Adam(new nn.ModuleList([embedding, lstm, output]).parameters(), { lr: 0.05 });
for (let epoch = 0; epoch < 20; epoch++)
  for await (const batch of training) {
    const target = tf.reshape(batch.tags.values, [-1]);
    await trainingStep(optimizer, () => nn.crossEntropy(scores(batch.words), target));
    tf.dispose({ ...batch, target });
  }
const asked = ['she', 'sees', 'the', 'dog'];
const best = await tf.argMax(scores(data.padded()([words.encode(asked)])), 1).data();
console.log(asked.map((word, i) => `${word}/${tags.tokenOf(best[i]!)}`).join(' '));
