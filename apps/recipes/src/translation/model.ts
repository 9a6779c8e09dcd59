import type { TextCodec } from '@unroll/data';
import * as nn from '@unroll/nn';
import { GeneralAttention, RecurrentDecoder, RecurrentEncoder, Seq2Seq } from '@unroll/seq2seq';
import type { TranslationCodecs } from './codecs.ts';

export interface TranslatorSizes {
  readonly embeddingDim: number;
  /** Size of the encoder's hidden state in each direction. The decoder's is twice as large. */
  readonly hiddenSize: number;
  readonly dropout: number;
}

const embeddingOf = ({ size, specialIds }: TextCodec, embeddingDim: number) =>
  new nn.Embedding({ numEmbeddings: size, embeddingDim, paddingIdx: specialIds.pad });

/**
 * A bidirectional GRU reads the source. Another GRU says the target, and attends to the source at every step (Luong et
 * al. 2015, general); the embeddings of the target's tokens score them, too. The plain form is that of textbooks:
 * without attention, the last states alone carry the source (Cho et al. 2014).
 */
export function translator(
  { source, target }: TranslationCodecs,
  { embeddingDim, hiddenSize, dropout }: TranslatorSizes,
  plain: boolean,
): Seq2Seq {
  const decoderSize = 2 * hiddenSize;
  const embedding = embeddingOf(target, embeddingDim);
  const { pad, bos, eos } = target.specialIds;
  const context = plain ? decoderSize : 0;
  return new Seq2Seq({
    encoder: new RecurrentEncoder({
      embedding: embeddingOf(source, embeddingDim),
      rnn: new nn.GRU({ inputSize: embeddingDim, hiddenSize, bidirectional: true }),
      dropout,
    }),
    decoder: new RecurrentDecoder({
      embedding,
      rnn: new nn.GRU({ inputSize: embeddingDim + context, hiddenSize: decoderSize }),
      dropout,
      ...(plain
        ? { contextSize: context }
        : {
            attention: new GeneralAttention({ queryDim: decoderSize, memoryDim: decoderSize }),
            attentionalSize: embeddingDim,
            tieEmbeddings: true,
          }),
    }),
    bridge: 'dense',
    paddingToken: pad!,
    startToken: bos!,
    endToken: eos!,
  });
}
