import type { Tokenizer } from './tokenizer.ts';

/**
 * What stands between white space (`\s` of Unicode) is a token: for text that was tokenized before. `detokenize` joins by one space
 * each.
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
