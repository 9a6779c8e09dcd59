import { checkOptions, kind } from '@unroll/backend/checks';
import type { Tokenizer } from './tokenizer.ts';

export interface CharactersOptions {
  /**
   * `codePoint` (the default): `e` and a combining accent are two tokens. `grapheme`: characters as readers see them,
   * including flags and families of emoji, by `Intl.Segmenter`; they depend on the runtime's version of Unicode.
   */
  unit?: 'codePoint' | 'grapheme' | undefined;
}

const kinds = { unit: kind.choice('codePoint', 'grapheme') };

/**
 * Each character is a token. `detokenize` returns the exact text.
 *
 * @example
 * characters().tokenize('né'); // ['n', 'é']
 */
export function characters(options: CharactersOptions = {}): Tokenizer {
  const { unit = 'codePoint' } = checkOptions('characters', options, kinds);
  const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });
  return {
    tokenize: (text) =>
      unit === 'codePoint' ? Array.from(text) : Array.from(graphemes.segment(text), ({ segment }) => segment),
    detokenize: (tokens) => tokens.join(''),
    toJSON: () => ({ type: 'characters', unit }),
  };
}
