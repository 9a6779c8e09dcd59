import { kind } from '@unroll/backend/checks';
import { fromFile, jsonFields } from '../json-fields.ts';
import { BytePairEncoding } from './byte-pair-encoding.ts';
import { type CharactersOptions, characters } from './characters.ts';
import type { Tokenizer } from './tokenizer.ts';
import { whitespace } from './whitespace.ts';
import { type WordsOptions, words } from './words.ts';

const makers = {
  characters: ({ unit }: CharactersOptions) => characters({ unit }),
  words: ({ locale, keep }: WordsOptions) => words({ locale, keep }),
  whitespace: () => whitespace(),
  bytePairEncoding: (json: object) => BytePairEncoding.fromJSON(json),
} satisfies Readonly<Record<string, (json: object) => Tokenizer>>;

const kinds = { type: kind.required(kind.keyOf(makers)) };

/**
 * Makes a tokenizer from the result of its `toJSON`: characters, words, whitespace or byte-pair encoding.
 *
 * @throws FormatError when the JSON is none of these
 */
export function tokenizerFromJSON(json: unknown): Tokenizer {
  const owner = 'tokenizerFromJSON';
  const saved = jsonFields<{ type: keyof typeof makers }>(owner, json, kinds);
  return fromFile(owner, () => makers[saved.type](saved));
}
