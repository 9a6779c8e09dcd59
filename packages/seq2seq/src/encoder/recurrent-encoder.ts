import { type Tensor, type Tensor2D, transpose } from '@tensorflow/tfjs-core';
import { checkDtype, checkIndices, checkOptions, checkRank, checkSteps, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { tidyResult } from '@unroll/backend/operations';
import { Dropout, type Embedding, Module } from '@unroll/nn';
import { embeddingKind, layerKind } from '../module-kinds.ts';
import type { SequenceLayer, StateSizes } from '../sequence-layer.ts';
import { stateSizesOf } from '../state-sizes.ts';
import { checkLengths } from './check-lengths.ts';
import { encodeSequence } from './encode-sequence.ts';
import type { Encoder } from './encoder.ts';
import type { Memory } from './memory.ts';

export interface RecurrentEncoderOptions {
  /** Embeds the source's tokens. A decoder may share it. */
  embedding: Embedding;
  /**
   * The layer that reads the embedded tokens: an `RNN`, `LSTM` or `GRU`, optionally stacked and bidirectional. Its
   * `inputSize` is `embeddingDim`.
   */
  rnn: SequenceLayer;
  /** Probability of zeroing, in training, an element of the embedded tokens. Default 0. */
  dropout?: number | undefined;
}

const kinds = {
  embedding: kind.required(embeddingKind),
  rnn: kind.required(layerKind),
  dropout: kind.probability,
};

/**
 * An embedding and a recurrent layer over it. State dict keys: `embedding.weight`, and the layer's under `rnn.`.
 *
 * @example
 * const encoder = new RecurrentEncoder({
 *   embedding: new nn.Embedding({ numEmbeddings: 8000, embeddingDim: 256, paddingIdx: 0 }),
 *   rnn: new nn.LSTM({ inputSize: 256, hiddenSize: 256, numLayers: 2, bidirectional: true, dropout: 0.2 }),
 * });
 * const memory = encoder.forward(tf.tensor2d([[5, 7, 9], [4, 3, 0]], [2, 3], 'int32'), [3, 2]); // values [2, 3, 512]
 */
export class RecurrentEncoder extends Module implements Encoder {
  readonly embedding: Embedding;
  readonly rnn: SequenceLayer;
  readonly dropout: Dropout;

  /** @throws when an option is invalid, or the layer's `inputSize` is not the embedding's `embeddingDim` */
  constructor(options: RecurrentEncoderOptions) {
    super();
    const { embedding, rnn, dropout = 0 } = checkOptions('RecurrentEncoder', options, kinds);
    const { embeddingDim } = embedding;
    if (rnn.inputSize !== embeddingDim) {
      const fault = `has inputSize ${rnn.inputSize}; expected the embedding's embeddingDim, ${embeddingDim}`;
      throw new ArgumentError('RecurrentEncoder', 'rnn', fault);
    }
    this.embedding = embedding;
    this.rnn = rnn;
    this.dropout = new Dropout({ p: dropout });
  }

  get outputSize(): number {
    return this.rnn.numDirections * this.rnn.outputSize;
  }

  get stateSizes(): StateSizes {
    return stateSizesOf(this.rnn);
  }

  /**
   * @param source int32 `[N, S]` of tokens
   * @param lengths number of tokens of each source, in 1…S. Tokens past a source's length are not read. Default: S
   *   each. The memory is as long as the longest source.
   * @throws when the source is not an int32 tensor of two axes with at least one step, a length is out of range, or a
   *   token is not a row of the embedding
   */
  forward(source: Tensor, lengths?: readonly number[]): Memory {
    checkDtype('RecurrentEncoder.forward', 'source', source, 'int32');
    checkRank('RecurrentEncoder.forward', 'source', source, 2, ', [N, S]');
    const [rows, steps] = source.shape as [number, number];
    checkSteps('RecurrentEncoder.forward', 'source', source, 1);
    checkLengths('RecurrentEncoder.forward', lengths, rows, steps);
    const { numEmbeddings } = this.embedding;
    checkIndices('RecurrentEncoder.forward', 'source', source, { size: numEmbeddings, noun: 'tokens' });
    return tidyResult(() => {
      const timeMajor = transpose(source as Tensor2D); // [S, N]
      const embedded = this.dropout.forward(this.embedding.forward(timeMajor)); // [S, N, E]
      return encodeSequence(this.rnn, embedded, lengths);
    });
  }
}
