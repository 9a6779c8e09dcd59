import type { TextCodec } from '@unroll/data';
import { VectorToSequence } from '@unroll/models';
import * as nn from '@unroll/nn';
import { RecurrentDecoder } from '@unroll/seq2seq';

export interface CaptioningSizes {
  /** Channels of each convolution. Each halves height and width, rounded up. */
  readonly filters: readonly number[];
  readonly embeddingDim: number;
  readonly hiddenSize: number;
  readonly dropout: number;
  readonly epochs: number;
  readonly batchSize: number;
}

/** Convolutions with strides → one vector → an LSTM says the words. */
export function captioner(
  { size, specialIds }: TextCodec,
  { channels, size: pixels }: { channels: number; size: number },
  { filters, embeddingDim, hiddenSize, dropout }: CaptioningSizes,
): VectorToSequence {
  const layers = filters.flatMap((outChannels, i) => {
    const [inChannels, kernelSize] = [filters[i - 1] ?? channels, i === 0 ? 5 : 3];
    const padding = (kernelSize - 1) / 2;
    return [
      new nn.Conv2d({ inChannels, outChannels, kernelSize, stride: 2, padding, bias: false }),
      new nn.BatchNorm2d({ numFeatures: outChannels }),
      new nn.ReLU(),
    ];
  });
  const side = filters.reduce((length) => Math.ceil(length / 2), pixels);
  return new VectorToSequence({
    features: new nn.Sequential(...layers, new nn.Flatten(), new nn.Dropout({ p: dropout })),
    vectorSize: filters.at(-1)! * side * side,
    decoder: new RecurrentDecoder({
      embedding: new nn.Embedding({ numEmbeddings: size, embeddingDim, paddingIdx: specialIds.pad }),
      rnn: new nn.LSTM({ inputSize: embeddingDim, hiddenSize }),
      dropout,
    }),
    paddingToken: specialIds.pad!,
    startToken: specialIds.bos!,
    endToken: specialIds.eos!,
  });
}
