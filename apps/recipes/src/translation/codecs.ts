import { TextCodec, trainBytePairEncoding, Vocabulary } from '@unroll/data';

/** A text and its translation. */
export interface TranslatedText {
  readonly source: string;
  readonly target: string;
}

/** Converts texts to ids. */
export interface TranslationCodecs {
  readonly source: TextCodec;
  /** It encodes with start and end tokens. */
  readonly target: TextCodec;
}

/** Byte-pair encodings of both sides, each of this many merges, learnt from the texts to learn from. */
export function codecsOf(train: readonly TranslatedText[], merges: number): TranslationCodecs {
  const codec = (texts: readonly string[], isTarget: boolean): TextCodec => {
    const tokenizer = trainBytePairEncoding(texts, { merges });
    const specials = { pad: '<pad>', bos: '<s>', eos: '</s>' };
    const vocabulary = new Vocabulary(tokenizer.tokens, { specials });
    return new TextCodec({ tokenizer, vocabulary, bos: isTarget, eos: true });
  };
  return {
    source: codec(
      train.map(({ source }) => source),
      false,
    ),
    target: codec(
      train.map(({ target }) => target),
      true,
    ),
  };
}
