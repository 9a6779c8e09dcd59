// Sequences of unequal lengths in and out: short ones are filled up with <pad>, long ones are cut off.
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';
import { Adam, trainingStep } from '@unroll/optim';
import { RecurrentDecoder, RecurrentEncoder, Seq2Seq, tokenBatch } from '@unroll/seq2seq';

await useBackend(cpu());
nn.manualSeed(1);
const english = ['go', 'i won', 'he is calm', 'she is at home', 'we are at home and calm'];
const french = ['va', 'j’ai gagné', 'il est calme', 'elle est chez elle', 'nous sommes chez nous et calmes'];
const words = ['<pad>', '<s>', '</s>', ...new Set([...english, ...french].join(' ').split(' '))];
const encode = (text: string) => text.split(' ').map((word) => words.indexOf(word));
const decode = (tokens: readonly number[]) => tokens.map((token) => words[token]).join(' ');
const special = { paddingToken: 0, startToken: 1, endToken: 2 };

const source = tokenBatch(english.map(encode), { paddingToken: 0, length: 5 });
const target = tokenBatch(french.map(encode), { ...special, length: 7 });
const read = await source.tokens.array(); // [N, 5]
const said = await target.tokens.array(); // [N, 7]
for (const [i, tokens] of read.entries()) console.log(`${decode(tokens)} → ${decode(said[i]!)}`);

const embedding = new nn.Embedding({ numEmbeddings: words.length, embeddingDim: 16, paddingIdx: 0 });
const encoder = new RecurrentEncoder({ embedding, rnn: new nn.GRU({ inputSize: 16, hiddenSize: 32 }) });
const decoder = new RecurrentDecoder({ embedding, rnn: new nn.GRU({ inputSize: 16, hiddenSize: 32 }) });
const model = new Seq2Seq({ encoder, decoder, ...special });

const optimizer = new Adam(model.parameters(), { lr: 0.01 });
const loss = () => model.loss(source.tokens, target.tokens, { sourceLengths: source.lengths });
for (let step = 0; step < 100; step++) await trainingStep(optimizer, loss);

const found = await model.greedySearch(source.tokens, { sourceLengths: source.lengths });
for (const [best] of found) console.log(decode(best!.tokens));
