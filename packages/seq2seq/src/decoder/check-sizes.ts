import { ArgumentError } from '@unroll/backend/errors';
import type { Embedding } from '@unroll/nn';
import type { Attention } from '../attention/attention.ts';
import type { SequenceLayer } from '../sequence-layer.ts';

interface Sizes {
  readonly embedding: Embedding;
  readonly rnn: SequenceLayer;
  readonly attention?: Attention | undefined;
  readonly attentionalSize: number;
  readonly inputFeeding: boolean;
  readonly contextSize: number;
  readonly tieEmbeddings?: boolean | undefined;
}

/** Throws when the sizes of a decoder's parts do not fit one another. */
export function checkSizes(sizes: Sizes): void {
  for (const [argument, fault] of Object.entries(faults(sizes))) {
    if (fault) throw new ArgumentError('RecurrentDecoder', argument, fault);
  }
}

function faults(sizes: Sizes): Readonly<Record<string, string | false>> {
  const { embedding, rnn, attention, attentionalSize, inputFeeding, contextSize, tieEmbeddings } = sizes;
  const { embeddingDim } = embedding;
  const fed = inputFeeding ? attentionalSize : 0;
  const inputs = [
    `embeddingDim, ${embeddingDim}`,
    ...(contextSize > 0 ? [`contextSize, ${contextSize}`] : []),
    ...(inputFeeding ? [`attentionalSize, ${fed}, which input feeding adds`] : []),
  ];
  const inputSize = embeddingDim + contextSize + fed;
  return {
    rnn:
      (rnn.numDirections !== 1 && 'is bidirectional; a decoder does not know what comes after') ||
      (rnn.inputSize !== inputSize &&
        `has inputSize ${rnn.inputSize}; expected ${inputSize}: ${inputs.join(' and ')}`),
    attention:
      attention !== undefined &&
      attention.queryDim !== rnn.outputSize &&
      `has queryDim ${attention.queryDim}; the layer's output has ${rnn.outputSize} features`,
    inputFeeding: inputFeeding && !attention && 'is true; there is no attention whose vector could be fed',
    attentionalSize:
      !attention &&
      attentionalSize !== rnn.outputSize &&
      `is ${attentionalSize}; there is no attention, so that tokens are scored by the layer's output of ${rnn.outputSize} features`,
    tieEmbeddings:
      tieEmbeddings === true &&
      attentionalSize !== embeddingDim &&
      `is true; the embedding has ${embeddingDim} features, and tokens are scored by vectors of ${attentionalSize}`,
  };
}
