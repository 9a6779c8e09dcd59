// Learns to write dates as ISO 8601 has them ("3 May 2021" → "2021-05-03") and shows what it looks at.
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { onnxruntime } from '@unroll/backend-onnxruntime';
import * as nn from '@unroll/nn';
import { Adam, trainingStep } from '@unroll/optim';
import { GeneralAttention, RecurrentDecoder, RecurrentEncoder, Seq2Seq } from '@unroll/seq2seq';

await useBackend([onnxruntime(), cpu()]);
nn.manualSeed(1);
const steps = Number(process.argv[2] ?? 600), N = Number(process.argv[3] ?? 64), H = Number(process.argv[4] ?? 64), lr = Number(process.argv[5] ?? 0.005);
const alphabet = [...'\0<> 0123456789-,./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'];
const tokens = (text: string) => [...text].map((c) => alphabet.indexOf(c));
const months = 'January February March April May June July August September October November December'.split(' ');
function date(random: () => number): [string, string] {
  const day = new Date(Date.UTC(1950 + Math.floor(random() * 100), 0, 1 + Math.floor(random() * 365)));
  const iso = day.toISOString().slice(0, 10);
  const [y, m, d] = [day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate()];
  const month = months[m]!;
  const forms = [`${d} ${month} ${y}`, `${month} ${d}, ${y}`, `${d}.${m + 1}.${y}`, `${month.slice(0, 3)} ${d} ${y}`, `${m + 1}/${d}/${y}`];
  return [forms[Math.floor(random() * forms.length)]!, iso];
}
const batch = (texts: string[], before = '', after = '') => {
  const rows = texts.map((t) => tokens(before + t + after));
  const lengths = rows.map((r) => r.length);
  const L = Math.max(...lengths);
  return { tokens: tf.tensor2d(rows.map((r) => [...r, ...new Array(L - r.length).fill(0)]), [rows.length, L], 'int32'), lengths };
};
const E = 32;
const embedding = new nn.Embedding({ numEmbeddings: alphabet.length, embeddingDim: E, paddingIdx: 0 });
const encoder = new RecurrentEncoder({ embedding, rnn: new nn.GRU({ inputSize: E, hiddenSize: H, bidirectional: true }) });
const decoder = new RecurrentDecoder({
  embedding,
  rnn: new nn.GRU({ inputSize: E, hiddenSize: H }),
  attention: new GeneralAttention({ queryDim: H, memoryDim: 2 * H }),
});
const model = new Seq2Seq({ encoder, decoder, bridge: 'dense', paddingToken: 0, startToken: 1, endToken: 2 });
const optimizer = new Adam(model.parameters(), { lr });
const random = new nn.RandomGenerator(2);
const begun = Date.now();
for (let step = 1; step <= steps; step++) {
  const pairs = Array.from({ length: N }, () => date(() => random.uniform()));
  const loss = await trainingStep(optimizer, () => {
    const source = batch(pairs.map(([s]) => s));
    const target = batch(pairs.map(([, t]) => t), '<', '>').tokens;
    return model.loss(source.tokens, target, { sourceLengths: source.lengths });
  }, { clipGradNorm: 1 });
  optimizer.paramGroups[0]!.lr = lr * Math.min(1, 2 * (1 - step / steps));
  if (step % 100 === 0) console.log(step, loss.toFixed(4), ((Date.now() - begun) / 1000).toFixed(1));
}
const held = Array.from({ length: 1000 }, () => date(() => random.uniform()));
const source = batch(held.map(([s]) => s));
const t = Date.now();
const found = await model.greedySearch(source.tokens, { sourceLengths: source.lengths, maxLength: 12, attention: true });
const said = found.map(([best]) => best!.tokens.map((x) => alphabet[x]).join(''));
console.log('right', said.filter((s, i) => s === held[i]![1]).length, 'of', held.length, 'search ms', Date.now() - t);
console.log(held.slice(0, 3), said.slice(0, 3));
source.tokens.dispose(); optimizer.dispose(); model.dispose();
console.log(tf.memory().numTensors);
