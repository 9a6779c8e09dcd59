import {
  add,
  cast,
  expandDims,
  greater,
  max,
  mul,
  sub,
  type Tensor,
  type Tensor2D,
  transpose,
} from '@tensorflow/tfjs-core';
import { checkDtype, checkOptions, checkRank, checkSteps, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { tidyResult } from '@unroll/backend/operations';
import { type Embedding, Module } from '@unroll/nn';
import { encodeSequence, type SequenceLayer } from '@unroll/seq2seq';
import { embeddingKind, layerKind } from '@unroll/seq2seq/checks';

export interface CharacterEncoderOptions {
  /** Embeds the characters; 0 is padding */
  embedding: Embedding;
  /** The layer that reads the embedded characters, best in both directions. Its `inputSize` is `embeddingDim`. */
  rnn: SequenceLayer;
}

/** Far below every output. Outputs at padding are lowered by this, so that they are never the greatest. */
const FAR_BELOW = 1e9;

const kinds = {
  embedding: kind.required(embeddingKind),
  rnn: kind.required(layerKind),
};

/**
 * A vector for each word from its characters: for each output of a recurrent layer, its greatest value in the word. After
 * Ling et al., "Finding function in form: compositional character models" (2015). State dict keys: `embedding.weight`,
 * and the layer's under `rnn.`.
 *
 * @example
 * const characters = new CharacterEncoder({
 *   embedding: new nn.Embedding({ numEmbeddings: 90, embeddingDim: 32, paddingIdx: 0 }),
 *   rnn: new nn.LSTM({ inputSize: 32, hiddenSize: 32, bidirectional: true }),
 * });
 * characters.forward(tf.tensor2d([[5, 9, 7], [4, 0, 0]], [2, 3], 'int32')); // [2, 64]
 */
export class CharacterEncoder extends Module {
  readonly embedding: Embedding;
  readonly rnn: SequenceLayer;

  /** @throws where an option is invalid, or the layer's `inputSize` is not the embedding's `embeddingDim` */
  constructor(options: CharacterEncoderOptions) {
    super();
    const { embedding, rnn } = checkOptions('CharacterEncoder', options, kinds);
    if (rnn.inputSize !== embedding.embeddingDim) {
      const fault = `has inputSize ${rnn.inputSize}; expected the embedding's embeddingDim, ${embedding.embeddingDim}`;
      throw new ArgumentError('CharacterEncoder', 'rnn', fault);
    }
    this.embedding = embedding;
    this.rnn = rnn;
  }

  get outputSize(): number {
    return this.rnn.numDirections * this.rnn.outputSize;
  }

  /**
   * @param characters int32 `[words, W]`, padded with 0 on the right. A reverse direction reads the padding before the
   *   word, so W should be the same for all batches.
   * @returns `[words, outputSize]`, zeros for a word without characters
   * @throws where the characters are not such a tensor
   */
  forward(characters: Tensor): Tensor2D {
    checkDtype('CharacterEncoder.forward', 'characters', characters, 'int32');
    checkRank('CharacterEncoder.forward', 'characters', characters, 2, ', [words, W]');
    checkSteps('CharacterEncoder.forward', 'characters', characters, 1);
    return tidyResult(() => {
      const timeMajor = transpose(characters as Tensor2D); // [W, words]
      const { values } = encodeSequence(this.rnn, this.embedding.forward(timeMajor)); // [words, W, E]
      const isCharacter = cast(greater(characters, 0), 'float32'); // [words, W]
      const bias = expandDims(mul(sub(isCharacter, 1), FAR_BELOW), 2); // 0 at characters
      const isWord = max(isCharacter, 1, true); // [words, 1]
      return mul(max(add(values, bias), 1), isWord) as Tensor2D;
    });
  }
}
