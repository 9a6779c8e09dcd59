import type { Tensor } from '@tensorflow/tfjs-core';
import {
  batches,
  bpttPieces,
  buildTextCodec,
  characters,
  sequential,
  stacked,
  type TextCodec,
} from '@unroll/data';
import { LanguageModel } from '@unroll/models';
import * as nn from '@unroll/nn';
import { AdamW } from '@unroll/optim';
import type { TrainerOptions } from '@unroll/train';
import { oneCycle } from '../learning-rate.ts';

export interface CharacterSizes {
  readonly embeddingDim: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly dropout: number;
  readonly lr: number;
}

/** A size for three minutes, in which a text is read too few times to be learnt by heart: dropout only slows it. */
export const SHORT: CharacterSizes = {
  embeddingDim: 64,
  hiddenSize: 384,
  numLayers: 1,
  dropout: 0,
  lr: 4e-3,
};

/** A size for an hour. */
export const FULL: CharacterSizes = {
  embeddingDim: 128,
  hiddenSize: 512,
  numLayers: 1,
  dropout: 0.4,
  lr: 3e-3,
};

/** Rows that read different parts of the text at the same time */
const ROWS = 32;
/** Characters through which a gradient goes back */
export const STEPS = 64;

export const characterCodec = (train: string): TextCodec =>
  buildTextCodec([train], { tokenizer: characters(), specials: { unk: '<unk>' } });

export function characterModel(
  { size }: TextCodec,
  { embeddingDim, hiddenSize, numLayers, dropout }: CharacterSizes,
  carriedRows = ROWS,
): LanguageModel {
  const between = numLayers > 1 ? dropout : 0;
  return new LanguageModel({
    embedding: new nn.Embedding({ numEmbeddings: size, embeddingDim }),
    rnn: new nn.LSTM({ inputSize: embeddingDim, hiddenSize, numLayers, dropout: between }),
    dropout,
    carriedRows,
  });
}

/**
 * The training of a language model: truncated back-propagation through time over the whole text, again and again. An epoch
 * goes on with the states in which the one before it ended.
 */
export function characterTraining(
  model: LanguageModel,
  codec: TextCodec,
  train: string,
  { sizes, fractionDone }: { sizes: CharacterSizes; fractionDone: () => number },
): TrainerOptions<Tensor> {
  const optimizer = new AdamW(model.parameters(), { lr: sizes.lr });
  return {
    model,
    optimizer,
    batches: batches(bpttPieces(codec.encode(train), { batchSize: ROWS, bpttLength: STEPS }), {
      batchSize: ROWS,
      order: sequential(),
      collate: stacked({ dtype: 'int32' }),
    }),
    loss: (pieces) => model.loss(pieces),
    weight: () => ROWS * STEPS,
    clipGradNorm: 1,
    compile: true,
    schedule: oneCycle(optimizer, fractionDone),
    average: { decay: 0.99 },
  };
}
