import {
  concat,
  mul,
  ones,
  reshape,
  slice,
  type Tensor,
  type Tensor3D,
  transpose,
} from '@tensorflow/tfjs-core';
import { checkDtype, checkOptions, checkRank, checkSteps, kind, shapeText } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { tidyResult } from '@unroll/backend/operations';
import { Dropout, type Embedding, Module } from '@unroll/nn';
import {
  type Encoder,
  encodeSequence,
  type Memory,
  type SequenceLayer,
  type StateSizes,
  stateSizesOf,
} from '@unroll/seq2seq';
import { checkLengths, embeddingKind, layerKind } from '@unroll/seq2seq/checks';
import { CharacterEncoder } from './character-encoder.ts';

export interface WordEncoderOptions {
  /** Embeds the words */
  words: Embedding;
  /** Makes a vector of each word's characters */
  characters: CharacterEncoder;
  /** The layer that reads both side by side. Its `inputSize` is `words.embeddingDim + characters.outputSize`. */
  rnn: SequenceLayer;
  /** Probability of zeroing, in training, an element of the vectors that the layer reads. Default 0. */
  dropout?: number | undefined;
  /**
   * Probability of hiding, in training, a word's embedding whole, so that the model learns to tell words by their
   * characters alone, as it has to tell unknown ones. Default 0.
   */
  wordDropout?: number | undefined;
}

const kinds = {
  words: kind.required(embeddingKind),
  characters: kind.required({
    expected: 'a CharacterEncoder',
    fits: (value: unknown) => value instanceof CharacterEncoder,
  }),
  rnn: kind.required(layerKind),
  dropout: kind.probability,
  wordDropout: kind.probability,
};

/**
 * Reads sentences by their words and, beside them, the characters of each word: Lample et al., "Neural
 * architectures for named entity recognition" (2016). State dict keys: `words.weight`, `characters.…`, and the layer's
 * under `rnn.`.
 *
 * @example
 * const characters = new CharacterEncoder({
 *   embedding: new nn.Embedding({ numEmbeddings: 90, embeddingDim: 32, paddingIdx: 0 }),
 *   rnn: new nn.LSTM({ inputSize: 32, hiddenSize: 32, bidirectional: true }),
 * });
 * const encoder = new WordEncoder({
 *   words: new nn.Embedding({ numEmbeddings: 8000, embeddingDim: 100, paddingIdx: 0 }),
 *   characters,
 *   rnn: new nn.LSTM({ inputSize: 100 + characters.outputSize, hiddenSize: 100, bidirectional: true }),
 *   wordDropout: 0.1,
 * });
 */
export class WordEncoder extends Module implements Encoder {
  readonly words: Embedding;
  readonly characters: CharacterEncoder;
  readonly rnn: SequenceLayer;
  readonly dropout: Dropout;
  readonly wordDropout: Dropout;

  /** @throws where an option is invalid, or the layer's `inputSize` is not that of both vectors together */
  constructor(options: WordEncoderOptions) {
    super();
    const given = checkOptions('WordEncoder', options, kinds);
    const { words, characters, rnn, dropout = 0, wordDropout = 0 } = given;
    const inputSize = words.embeddingDim + characters.outputSize;
    if (rnn.inputSize !== inputSize) {
      const fault = `has inputSize ${rnn.inputSize}; expected ${words.embeddingDim} of a word and ${characters.outputSize} of its characters, ${inputSize}`;
      throw new ArgumentError('WordEncoder', 'rnn', fault);
    }
    this.words = words;
    this.characters = characters;
    this.rnn = rnn;
    this.dropout = new Dropout({ p: dropout });
    this.wordDropout = new Dropout({ p: wordDropout });
  }

  get outputSize(): number {
    return this.rnn.numDirections * this.rnn.outputSize;
  }

  get stateSizes(): StateSizes {
    return stateSizesOf(this.rnn);
  }

  /**
   * @param source int32 `[N, S, 1 + W]`: each word, followed by its characters, padded with 0. The id of words that are
   *   not known is best the embedding's `paddingIdx`, whose vector is 0, as that of a hidden word.
   * @param lengths number of words of each source, in 1…S; default S each
   * @throws where the source or the lengths do not fit
   */
  forward(source: Tensor, lengths?: readonly number[]): Memory {
    checkDtype('WordEncoder.forward', 'source', source, 'int32');
    checkRank('WordEncoder.forward', 'source', source, 3, ', [N, S, 1 + W]');
    const [rows, steps, width] = source.shape as [number, number, number];
    if (width < 2) {
      const fault = `has shape ${shapeText(source.shape)}; expected a word and at least one character in the last axis`;
      throw new ArgumentError('WordEncoder.forward', 'source', fault);
    }
    checkSteps('WordEncoder.forward', 'source', source, 1);
    checkLengths('WordEncoder.forward', lengths, rows, steps);
    return tidyResult(() => {
      const timeMajor = transpose(source as Tensor3D, [1, 0, 2]); // [S, N, 1 + W]
      const words = reshape(slice(timeMajor, [0, 0, 0], [steps, rows, 1]), [steps, rows]);
      const characters = reshape(slice(timeMajor, [0, 0, 1], [steps, rows, width - 1]), [
        steps * rows,
        width - 1,
      ]);
      const shown = mul(this.wordDropout.forward(ones([steps, rows, 1])), 1 - this.#hidden);
      const embedded = mul(this.words.forward(words), shown);
      const spelled = reshape(this.characters.forward(characters), [steps, rows, this.characters.outputSize]);
      return encodeSequence(this.rnn, this.dropout.forward(concat([embedded, spelled], 2)), lengths);
    });
  }

  /** The share of words that are hidden. Dropout divides by 1 minus it. */
  get #hidden(): number {
    return this.wordDropout.training && this.wordDropout.p < 1 ? this.wordDropout.p : 0;
  }
}
