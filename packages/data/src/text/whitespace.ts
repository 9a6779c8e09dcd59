import type { Tokenizer } from './tokenizer.ts';

/**
 * Splits text at white space (Unicode's `\s`), for text that was tokenized before. `detokenize` joins tokens by single
 * spaces.
 *
 * @example
 * whitespace().tokenize('Hello , world'); // ['Hello', ',', 'world']
 */
export function whitespace(): Tokenizer {
  return {
    tokenize: (text) => text.match(/\S+/gu) ?? [],
    detokenize: (tokens) => tokens.join(' '),
    toJSON: () => ({ type: 'whitespace' }),
  };
}
