import * as tf from '@tensorflow/tfjs-core';
import { type Padded, padded } from '@unroll/data';
import * as nn from '@unroll/nn';
import {
  GeneralAttention,
  type Hypothesis,
  RecurrentDecoder,
  RecurrentEncoder,
  Seq2Seq,
} from '@unroll/seq2seq';
import { inOrderOfLength } from '../in-order-of-length.ts';
import type { PronunciationCodecs } from './corpus.ts';

export interface PronouncerOptions {
  codecs: PronunciationCodecs;
  embeddingDim: number;
  /** Size of the encoder's hidden state in each direction. The decoder's hidden state is twice as large. */
  hiddenSize: number;
  /** Number of layers of the encoder. The decoder has one. */
  numLayers: number;
  dropout: number;
}

/** A pronunciation that the model found. */
export interface Pronunciation {
  readonly phonemes: readonly string[];
  readonly logProb: number;
  /** For each phoneme its attention to each letter, if requested */
  readonly attention?: readonly Float32Array[] | undefined;
}

export interface PronounceOptions {
  /** 1 means greedy search. */
  beamSize: number;
  /** Number of pronunciations of each word, at most `beamSize`. Default 1. */
  nBest?: number;
  attention?: boolean;
}

/** Number of words that are pronounced in one search */
export const WORDS_AT_ONCE = 250;

/**
 * Letters → embedding → bidirectional LSTM. Phonemes → embedding → LSTM, which attends to the letters at every step
 * (Luong et al. 2015, general).
 */
export class Pronouncer extends nn.Module {
  readonly seq2seq: Seq2Seq;
  readonly #codecs: PronunciationCodecs;

  constructor({ codecs, embeddingDim, hiddenSize, numLayers, dropout }: PronouncerOptions) {
    super();
    this.#codecs = codecs;
    const { letters, phonemes } = codecs;
    const [inputSize, decoderSize] = [embeddingDim, 2 * hiddenSize];
    const between = numLayers > 1 ? dropout : 0;
    this.seq2seq = new Seq2Seq({
      encoder: new RecurrentEncoder({
        embedding: new nn.Embedding({ numEmbeddings: letters.size, embeddingDim, paddingIdx: 0 }),
        rnn: new nn.LSTM({ inputSize, hiddenSize, numLayers, bidirectional: true, dropout: between }),
        dropout,
      }),
      decoder: new RecurrentDecoder({
        embedding: new nn.Embedding({ numEmbeddings: phonemes.size, embeddingDim, paddingIdx: 0 }),
        rnn: new nn.LSTM({ inputSize, hiddenSize: decoderSize }),
        attention: new GeneralAttention({ queryDim: decoderSize, memoryDim: decoderSize }),
        dropout,
      }),
      bridge: 'dense',
      paddingToken: phonemes.specialIds.pad!,
      startToken: phonemes.specialIds.bos!,
      endToken: phonemes.specialIds.eos!,
    });
  }

  /** Scores of given phonemes, each after the phonemes before it: `[N, T − 1, phonemes]` */
  forward(letters: Padded, phonemes: Padded): tf.Tensor {
    return this.seq2seq.forward(letters.values, phonemes.values, { sourceLengths: letters.lengths }).scores;
  }

  /** The mean cross-entropy of the phonemes. */
  loss(letters: Padded, phonemes: Padded, labelSmoothing: number): tf.Scalar {
    const options = { sourceLengths: letters.lengths, labelSmoothing };
    return this.seq2seq.loss(letters.values, phonemes.values, options);
  }

  /** The best pronunciations of each word, the best first. The words may contain only letters of the dictionary. */
  async pronounce(
    words: readonly string[],
    { beamSize, nBest = 1, attention = false }: PronounceOptions,
  ): Promise<Pronunciation[][]> {
    const rows = words.map((word) => this.#codecs.letters.encode(word));
    const found = await inOrderOfLength(rows, WORDS_AT_ONCE, (some) => {
      const letters = padded({ batchFirst: true })(some);
      const options = { sourceLengths: letters.lengths, attention };
      return (
        beamSize === 1
          ? this.seq2seq.greedySearch(letters.values, options)
          : this.seq2seq.beamSearch(letters.values, { ...options, beamSize, nBest })
      ).finally(() => tf.dispose(letters));
    });
    return found.map((hypotheses) => hypotheses.map((each) => this.#spoken(each)));
  }

  /** The phonemes of each word's best pronunciation. */
  async say(words: readonly string[], beamSize: number): Promise<(readonly string[])[]> {
    return (await this.pronounce(words, { beamSize })).map(([best]) => best!.phonemes);
  }

  #spoken({ tokens, logProb, attention }: Hypothesis): Pronunciation {
    return { phonemes: this.#codecs.phonemes.vocabulary.decode([...tokens]), logProb, attention };
  }
}
