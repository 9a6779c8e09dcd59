// Learns to write dates as ISO 8601 has them ("3 May 2021" → "2021-05-03"), and shows what it looks at: some 20 seconds.
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { onnxruntime } from '@unroll/backend-onnxruntime';
import * as nn from '@unroll/nn';
import { GeneralAttention, RecurrentDecoder, RecurrentEncoder, Seq2Seq } from '@unroll/seq2seq';
import { attentionPicture } from './attention-picture.ts';
import { decode, specialTokens, vocabularySize } from './characters.ts';
import { drawDate } from './date-strings.ts';
import { say } from './say.ts';
import { train } from './train.ts';

await useBackend([onnxruntime(), cpu()]);
nn.manualSeed(1);
const random = new nn.RandomGenerator(2);

const embedding = new nn.Embedding({ numEmbeddings: vocabularySize, embeddingDim: 32, paddingIdx: 0 });
const bidirectional = new nn.GRU({ inputSize: 32, hiddenSize: 64, bidirectional: true });
const attention = new GeneralAttention({ queryDim: 64, memoryDim: 128 });
const model = new Seq2Seq({
  encoder: new RecurrentEncoder({ embedding, rnn: bidirectional }),
  decoder: new RecurrentDecoder({ embedding, rnn: new nn.GRU({ inputSize: 32, hiddenSize: 64 }), attention }),
  bridge: 'dense',
  ...specialTokens,
});
const report = (step: number, loss: number) => console.log(`step ${step}: loss ${loss.toFixed(4)}`);
await train(model, 500, () => drawDate(random, 'training'), report);

const heldOut = Array.from({ length: 1000 }, () => drawDate(random, 'held out'));
const written = heldOut.map(([text]) => text);
const said = await say(model, written, 12);
const right = heldOut.filter(([, iso], i) => decode(said[i]!.tokens) === iso).length;
console.log(`${right / 10} % of 1000 held-out dates are right\n`);
for (const [i, { tokens, attention }] of said.slice(0, 2).entries()) {
  console.log(attentionPicture(written[i]!, decode(tokens), attention!));
}
