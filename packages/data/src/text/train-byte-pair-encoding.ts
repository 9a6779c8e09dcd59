import { checkOptions, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { type EitherIterable, visitEach } from '../either-iterable.ts';
import { byteTokens } from './byte-alphabet.ts';
import { BytePairEncoding, checkPattern } from './byte-pair-encoding.ts';
import { learnMerges } from './learn-merges.ts';
import { TokenTable } from './merges.ts';
import { gpt2Pattern, piecesOf } from './pieces.ts';

export interface TrainBytePairEncodingOptions {
  /** The greatest number of tokens, including the 256 bytes. Either this or `merges` is required. */
  vocabSize?: number | undefined;
  /** The greatest number of merges */
  merges?: number | undefined;
  /** The least frequency of a pair that is merged. Default 2. */
  minFrequency?: number | undefined;
  /**
   * Cuts text into the pieces within which tokens are merged. The parts between its matches are pieces too. Default:
   * GPT-2's.
   */
  pattern?: RegExp | undefined;
}

const kinds = {
  vocabSize: kind.whole(byteTokens.length),
  merges: kind.whole(0),
  minFrequency: kind.whole(1),
  pattern: kind.anything,
};

/**
 * Learns byte-pair encoding from texts: the most frequent pair of tokens becomes a token, repeatedly. The same texts
 * give the same merges in any order. Among equally frequent pairs, the one with the older tokens is first, as in
 * Hugging Face's trainer. Memory holds each different piece (word) of the texts once.
 *
 * @param texts in memory or from an async iterable; a piece does not extend from one text to the next
 * @returns a promise when the texts are an async iterable
 *
 * @example
 * const encoding = trainBytePairEncoding(['low lower lowest'], { merges: 2 });
 * encoding.tokenize('lowest low'); // ['low', 'e', 's', 't', 'Ġ', 'low']
 * const vocabulary = new Vocabulary(encoding.tokens, { specials: { pad: '<pad>' } });
 *
 * @throws when neither `vocabSize` nor `merges` is given
 */
export function trainBytePairEncoding(
  texts: Iterable<string>,
  options: TrainBytePairEncodingOptions,
): BytePairEncoding;
export function trainBytePairEncoding(
  texts: AsyncIterable<string>,
  options: TrainBytePairEncodingOptions,
): Promise<BytePairEncoding>;
export function trainBytePairEncoding(
  texts: EitherIterable<string>,
  options: TrainBytePairEncodingOptions,
): BytePairEncoding | Promise<BytePairEncoding> {
  const owner = 'trainBytePairEncoding';
  const given = checkOptions(owner, options, kinds);
  const none = Number.POSITIVE_INFINITY;
  const { vocabSize = none, merges = none, minFrequency = 2, pattern = gpt2Pattern } = given;
  checkPattern(owner, pattern);
  if (vocabSize === none && merges === none) {
    throw new ArgumentError(
      owner,
      'vocabSize',
      'and merges are both absent; expected one, to say when to end',
    );
  }
  const pieces = new Map<string, number>();
  const count = (text: string) => {
    for (const piece of piecesOf(text, pattern)) pieces.set(piece, (pieces.get(piece) ?? 0) + 1);
  };
  return visitEach(owner, 'texts', texts, count, () => {
    const table = new TokenTable();
    const learned = learnMerges(pieces, { vocabSize, merges, minFrequency });
    const lines = learned.map(([left, right]) => {
      table.merge(left, right);
      return `${table.tokens[left]} ${table.tokens[right]}`;
    });
    return new BytePairEncoding(lines, pattern);
  });
}
