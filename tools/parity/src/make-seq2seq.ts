import * as nn from '@unroll/nn';
import {
  AdditiveAttention,
  type Attention,
  type AttentionOptions,
  DotAttention,
  type Encoder,
  GeneralAttention,
  MultiHeadAttention,
  RecurrentDecoder,
  RecurrentEncoder,
  Seq2Seq,
  VectorEncoder,
} from '@unroll/seq2seq';

const layers = {
  rnn: (options: nn.RNNOptions) => new nn.RNN(options),
  lstm: (options: nn.RNNOptions, projSize: number) => new nn.LSTM({ ...options, projSize }),
  gru: (options: nn.RNNOptions) => new nn.GRU(options),
};

const attentions: Readonly<Record<string, (options: AttentionOptions) => Attention>> = {
  dot: (options) => new DotAttention(options),
  general: (options) => new GeneralAttention(options),
  additive: (options) => new AdditiveAttention({ ...options, hiddenDim: 4 }),
  'multi-head': (options) => new MultiHeadAttention({ ...options, numHeads: 2 }),
};

/** A case's options: see python/seq2seq.py. */
export interface Seq2SeqConfiguration {
  readonly encoder: keyof typeof layers;
  readonly encoderHidden: number;
  readonly encoderLayers: number;
  /** P of an LSTM; 0 means none */
  readonly encoderProjection: number;
  readonly bidirectional: boolean;
  readonly sourceEmbedding: number;
  /** Size of a vector that replaces the source; 0 means none */
  readonly vector: number;
  readonly decoder: keyof typeof layers;
  readonly decoderHidden: number;
  readonly decoderLayers: number;
  readonly decoderProjection: number;
  /** The layout of both layers */
  readonly batchFirst: boolean;
  readonly targetEmbedding: number;
  readonly bridge: 'none' | 'zero' | 'dense';
  readonly attention: string | null;
  /** 0 means the size of the decoder's hidden state */
  readonly attentionalSize: number;
  readonly inputFeeding: boolean;
  readonly coverage: boolean;
  readonly contextSize: number;
  readonly tieEmbeddings: boolean;
  readonly shareEmbeddings: boolean;
  readonly labelSmoothing: number;
  readonly coverageWeight: number;
  readonly ragged: boolean;
  readonly forcing: boolean;
}

/** The model of python/seq2seq.py. */
export function makeSeq2Seq(o: Seq2SeqConfiguration): Seq2Seq {
  const encoder = makeEncoder(o);
  const outputSize = o.decoderProjection || o.decoderHidden;
  const attentionalSize = o.attentionalSize || outputSize;
  const decoder = new RecurrentDecoder({
    embedding:
      o.shareEmbeddings && encoder instanceof RecurrentEncoder
        ? encoder.embedding
        : new nn.Embedding({ numEmbeddings: 7, embeddingDim: o.targetEmbedding, paddingIdx: 0 }),
    rnn: layers[o.decoder](
      {
        inputSize: o.targetEmbedding + o.contextSize + (o.inputFeeding ? attentionalSize : 0),
        hiddenSize: o.decoderHidden,
        numLayers: o.decoderLayers,
        batchFirst: o.batchFirst,
      },
      o.decoderProjection,
    ),
    attention: o.attention
      ? attentions[o.attention]!({
          queryDim: outputSize,
          memoryDim: encoder.outputSize,
          coverage: o.coverage,
        })
      : undefined,
    attentionalSize,
    inputFeeding: o.inputFeeding,
    contextSize: o.contextSize,
    tieEmbeddings: o.tieEmbeddings,
  });
  return new Seq2Seq({ encoder, decoder, bridge: o.bridge, paddingToken: 0, startToken: 1, endToken: 2 });
}

function makeEncoder(o: Seq2SeqConfiguration): Encoder {
  if (o.vector > 0) return new VectorEncoder({ inputSize: o.vector });
  return new RecurrentEncoder({
    embedding: new nn.Embedding({ numEmbeddings: 9, embeddingDim: o.sourceEmbedding, paddingIdx: 0 }),
    rnn: layers[o.encoder](
      {
        inputSize: o.sourceEmbedding,
        hiddenSize: o.encoderHidden,
        numLayers: o.encoderLayers,
        bidirectional: o.bidirectional,
        batchFirst: o.batchFirst,
      },
      o.encoderProjection,
    ),
  });
}
