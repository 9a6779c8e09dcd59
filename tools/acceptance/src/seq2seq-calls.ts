import * as tf from '@tensorflow/tfjs-core';
import * as nn from '@unroll/nn';
import * as seq2seq from '@unroll/seq2seq';
import { made, type OptionCall } from './option-call.ts';

const embedding = () => new nn.Embedding({ numEmbeddings: 5, embeddingDim: 2 });
const gru = () => new nn.GRU({ inputSize: 2, hiddenSize: 3 });
const parts = () => ({ embedding: embedding(), rnn: gru() });
const ends = () => ({
  encoder: new seq2seq.RecurrentEncoder(parts()),
  decoder: new seq2seq.RecurrentDecoder({
    ...parts(),
    attention: new seq2seq.DotAttention({ queryDim: 3, memoryDim: 3 }),
  }),
});
const tokens = { paddingToken: 0, startToken: 1, endToken: 2 };
const sizes = { queryDim: 2, memoryDim: 2 };
const source = () => tf.tensor2d([[3, 4]], [1, 2], 'int32');
const target = () => tf.tensor2d([[1, 3, 2]], [1, 3], 'int32');
const model = () => new seq2seq.Seq2Seq({ ...ends(), ...tokens });

const given =
  <Options>(f: (options: Options) => unknown) =>
  (options: object) =>
    f(options as Options);

/** Sequence-to-sequence models and their parts that take options. */
export const seq2seqCalls: readonly OptionCall[] = [
  ['RecurrentEncoder', made(seq2seq.RecurrentEncoder), parts],
  ['FeatureEncoder', made(seq2seq.FeatureEncoder), () => ({ rnn: gru() })],
  ['VectorEncoder', made(seq2seq.VectorEncoder), { inputSize: 2 }],
  ['DotAttention', made(seq2seq.DotAttention), sizes],
  ['GeneralAttention', made(seq2seq.GeneralAttention), sizes],
  ['AdditiveAttention', made(seq2seq.AdditiveAttention), sizes],
  ['MultiHeadAttention', made(seq2seq.MultiHeadAttention), { ...sizes, numHeads: 1 }],
  ['RecurrentDecoder', made(seq2seq.RecurrentDecoder), parts],
  ['IdentityBridge', made(seq2seq.IdentityBridge), ends],
  ['DenseBridge', made(seq2seq.DenseBridge), ends],
  ['Seq2Seq', made(seq2seq.Seq2Seq), () => ({ ...ends(), ...tokens })],
  ['Seq2Seq.forward', (options) => model().forward(source(), target(), options), {}],
  ['Seq2Seq.loss', (options) => model().loss(source(), target(), options), {}],
  ['Seq2Seq.scoreTargets', (options) => model().scoreTargets(source(), target(), options), {}],
  ['linearForcing', given(seq2seq.linearForcing), { steps: 2 }],
  ['inverseSigmoidForcing', given(seq2seq.inverseSigmoidForcing), { k: 2 }],
  [
    'tokenBatch',
    (options) => seq2seq.tokenBatch([[3]], options as seq2seq.TokenBatchOptions),
    { paddingToken: 0 },
  ],
  [
    'sequenceCrossEntropy',
    (options) =>
      seq2seq.sequenceCrossEntropy(
        tf.ones([1, 3, 5]),
        target(),
        options as seq2seq.SequenceCrossEntropyOptions,
      ),
    { paddingToken: 0 },
  ],
];
