// Learns to say words backwards, with the word in one vector of fixed size and with attention: long words do not fit into the vector.
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { onnxruntime } from '@unroll/backend-onnxruntime';
import * as nn from '@unroll/nn';
import { GeneralAttention, RecurrentDecoder, RecurrentEncoder, Seq2Seq } from '@unroll/seq2seq';
import { decode, specialTokens, vocabularySize } from './characters.ts';
import { say } from './say.ts';
import { train } from './train.ts';

await useBackend([onnxruntime(), cpu()]);
nn.manualSeed(1);
const random = new nn.RandomGenerator(2);
const below = (count: number) => Math.floor(random.uniform() * count);
const word = (length: number) => Array.from({ length }, () => String.fromCharCode(97 + below(26))).join('');
const backwards = (text: string) => [...text].reverse().join('');

/** Of each length how many of 200 words come out right, in percent. */
async function learn(attention?: GeneralAttention): Promise<Record<string, number>> {
  const embedding = new nn.Embedding({ numEmbeddings: vocabularySize, embeddingDim: 32, paddingIdx: 0 });
  const gru = () => new nn.GRU({ inputSize: 32, hiddenSize: 64 });
  const encoder = new RecurrentEncoder({ embedding, rnn: gru() });
  const decoder = new RecurrentDecoder({ embedding, rnn: gru(), attention });
  const model = new Seq2Seq({ encoder, decoder, ...specialTokens });
  const pair = (read: string) => [read, backwards(read)] as const;
  await train(model, 600, () => pair(word(3 + below(10))));
  const right: Record<string, number> = {};
  for (const length of [3, 6, 9, 12]) {
    const words = Array.from({ length: 200 }, () => word(length));
    const said = await say(model, words, 14);
    right[`${length} letters`] =
      words.filter((each, i) => decode(said[i]!.tokens) === backwards(each)).length / 2;
  }
  model.dispose();
  return right;
}

const attention = new GeneralAttention({ queryDim: 64, memoryDim: 64 });
console.table({ 'one vector': await learn(), attention: await learn(attention) });
