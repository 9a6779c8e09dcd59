import { type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import * as nn from '@unroll/nn';
import { AdditiveAttention } from '../src/attention/additive-attention.ts';
import type { Attention } from '../src/attention/attention.ts';
import { DotAttention } from '../src/attention/dot-attention.ts';
import { GeneralAttention } from '../src/attention/general-attention.ts';
import { MultiHeadAttention } from '../src/attention/multi-head-attention.ts';
import type { AttentionOptions } from '../src/attention/scored-attention.ts';
import { RecurrentDecoder } from '../src/decoder/recurrent-decoder.ts';
import { RecurrentEncoder } from '../src/encoder/recurrent-encoder.ts';
import { Seq2Seq } from '../src/seq2seq.ts';

export const attentions = {
  dot: (options: AttentionOptions) => new DotAttention(options),
  general: (options: AttentionOptions) => new GeneralAttention(options),
  additive: (options: AttentionOptions) => new AdditiveAttention(options),
  'multi-head': (options: AttentionOptions) => new MultiHeadAttention({ ...options, numHeads: 2 }),
} satisfies Readonly<Record<string, (options: AttentionOptions) => Attention>>;

export type AttentionName = keyof typeof attentions;

const layers = { GRU: nn.GRU, LSTM: nn.LSTM, RNN: nn.RNN };

export interface SmallModelOptions {
  readonly attention?: AttentionName;
  readonly inputFeeding?: boolean;
  readonly coverage?: boolean;
  readonly cell?: keyof typeof layers;
  readonly contextSize?: number;
  /** H of the encoder and the decoder */
  readonly hiddenSize?: number;
  readonly vocabularySize?: number;
  readonly dropout?: number;
  readonly seed?: number;
}

/**
 * The plain form, with and without a context vector at each step, and each attention with and without input feeding and
 * coverage
 */
export const everyKind: readonly SmallModelOptions[] = [
  {},
  { cell: 'LSTM', contextSize: 6 },
  ...(Object.keys(attentions) as AttentionName[]).flatMap((attention) =>
    [false, true].flatMap((inputFeeding) =>
      [false, true].map((coverage) => ({ attention, inputFeeding, coverage })),
    ),
  ),
];

/** A small model with padding token 0, start token 1, end token 2, and words. */
export function smallModel({
  attention,
  inputFeeding = false,
  coverage = false,
  cell = 'GRU',
  contextSize = 0,
  hiddenSize = 6,
  vocabularySize = 8,
  dropout = 0,
  seed = 1,
}: SmallModelOptions = {}): Seq2Seq {
  nn.manualSeed(seed);
  const embed = () => new nn.Embedding({ numEmbeddings: vocabularySize, embeddingDim: 4, paddingIdx: 0 });
  return new Seq2Seq({
    encoder: new RecurrentEncoder({
      embedding: embed(),
      rnn: new layers[cell]({ inputSize: 4, hiddenSize }),
      dropout,
    }),
    decoder: new RecurrentDecoder({
      embedding: embed(),
      rnn: new layers[cell]({ inputSize: 4 + contextSize + (inputFeeding ? hiddenSize : 0), hiddenSize }),
      attention:
        attention && attentions[attention]({ queryDim: hiddenSize, memoryDim: hiddenSize, coverage }),
      inputFeeding,
      contextSize,
      dropout,
    }),
    paddingToken: 0,
    startToken: 1,
    endToken: 2,
  });
}

/** int32 `[N, L]` of rows of equal length */
export function tokensOf(rows: readonly (readonly number[])[]): Tensor2D {
  return tensor2d(rows.flat(), [rows.length, rows[0]?.length ?? 0], 'int32');
}
