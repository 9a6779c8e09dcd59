import { checkOptions, kind } from '@unroll/backend/checks';
import { isLocale } from './locale.ts';
import type { Tokenizer } from './tokenizer.ts';

export interface WordsOptions {
  /**
   * A BCP 47 tag. It matters when words are found by a dictionary, as in Thai, Chinese and Japanese. Default `und`, any
   * language.
   */
  locale?: string | undefined;
  /**
   * `words` keeps only words. `marks` (the default) also keeps punctuation, symbols and emoji. `everything` keeps white
   * space too, so that `detokenize` returns the exact text. Otherwise it joins tokens by single spaces.
   */
  keep?: 'words' | 'marks' | 'everything' | undefined;
}

const kinds = { locale: isLocale, keep: kind.choice('words', 'marks', 'everything') };

/**
 * Words by Unicode's word boundaries (UAX #29), with `Intl.Segmenter`. They may differ between runtimes with different
 * versions of Unicode.
 *
 * @example
 * words().tokenize("It's 3.5 km, no?"); // ["It's", '3.5', 'km', ',', 'no', '?']
 */
export function words(options: WordsOptions = {}): Tokenizer {
  const { locale = 'und', keep = 'marks' } = checkOptions('words', options, kinds);
  const segmenter = new Intl.Segmenter(locale, { granularity: 'word' });
  const kept = {
    words: (segment: Intl.SegmentData) => segment.isWordLike === true,
    marks: ({ segment, isWordLike }: Intl.SegmentData) => isWordLike === true || /\S/u.test(segment),
    everything: () => true,
  }[keep];
  return {
    tokenize(text) {
      const tokens: string[] = [];
      for (const segment of segmenter.segment(text)) if (kept(segment)) tokens.push(segment.segment);
      return tokens;
    },
    detokenize: (tokens) => tokens.join(keep === 'everything' ? '' : ' '),
    toJSON: () => ({ type: 'words', locale, keep }),
  };
}
