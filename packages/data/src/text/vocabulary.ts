import { checkOptions, checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { checkIterable } from '../either-iterable.ts';
import type { Json } from '../json.ts';
import { fromFile, jsonFields } from '../json-fields.ts';
import { anyText } from '../kinds.ts';
import {
  type SpecialIds,
  type SpecialTokens,
  specialNames,
  specialTokenKinds,
  specialTokenList,
} from './special-tokens.ts';

export interface VocabularyOptions {
  /** Special tokens. Those that are not among the tokens precede them: pad, unk, bos, eos, others. Default: none. */
  specials?: SpecialTokens | undefined;
}

const kinds = { specials: kind.record };

const jsonKinds = { tokens: kind.required(kind.anything), specials: kind.required(kind.record) };

/**
 * Converts tokens to ids and back. `buildVocabulary` builds a vocabulary from texts. This constructor takes a list of
 * tokens, such as the lines of a `vocab.txt`.
 *
 * @example
 * const vocabulary = new Vocabulary(['the', 'cat'], { specials: { pad: '<pad>', unk: '<unk>' } });
 * vocabulary.encode(['the', 'dog']); // [2, 1]
 * vocabulary.decode([2, 3]); // ['the', 'cat']
 */
export class Vocabulary {
  readonly specials: SpecialTokens;
  readonly specialIds: SpecialIds;
  /** All tokens, including special ones, in the order of their ids */
  readonly tokens: readonly string[];
  // A map, so that `__proto__` and `constructor` work like any token.
  readonly #ids: ReadonlyMap<string, number>;

  /** @throws when a token is not a string, or occurs twice */
  constructor(tokens: Iterable<string>, options: VocabularyOptions = {}) {
    const { specials = {} } = checkOptions('Vocabulary', options, kinds);
    this.specials = checkOptions<SpecialTokens>('Vocabulary.specials', specials, specialTokenKinds);
    checkIterable('Vocabulary', 'tokens', tokens);
    const given = [...tokens];
    const ids = new Map(given.map((token, id) => [token, id]));
    const absent = specialTokenList(specials).filter((token) => !ids.has(token));
    this.tokens = [...absent, ...given];
    ids.clear();
    for (const [id, token] of this.tokens.entries()) {
      checkValue('Vocabulary', `tokens[${id}]`, token, kind.required(anyText));
      if (ids.has(token)) {
        throw new ArgumentError(
          'Vocabulary',
          'tokens',
          `hold '${token}' twice, as ${ids.get(token)} and ${id}`,
        );
      }
      ids.set(token, id);
    }
    this.#ids = ids;
    this.specialIds = specialIdsOf(this.specials, ids);
  }

  /**
   * Makes a vocabulary from the result of `toJSON`.
   *
   * @throws FormatError when the JSON is invalid
   */
  static fromJSON(json: unknown): Vocabulary {
    const owner = 'Vocabulary.fromJSON';
    const { tokens, specials } = jsonFields<SavedVocabulary>(owner, json, {
      ...jsonKinds,
      tokens: kind.required(kind.listOf(anyText, 'an array of strings')),
    });
    return fromFile(owner, () => new Vocabulary(tokens, { specials }));
  }

  /** The number of tokens, including special ones: the number of rows of an embedding table. */
  get size(): number {
    return this.tokens.length;
  }

  has(token: string): boolean {
    return this.#ids.has(token);
  }

  /**
   * The id of a token, or of unk when the vocabulary does not have the token.
   *
   * @throws when it does not have the token, and has no unk
   */
  indexOf(token: string): number {
    const id = this.#ids.get(token) ?? this.specialIds.unk;
    if (id === undefined) {
      const fault = `is '${token}', which the vocabulary does not have; specials.unk would stand for it`;
      throw new ArgumentError('Vocabulary', 'token', fault);
    }
    return id;
  }

  /** @throws when `id` is not in 0…size−1 */
  tokenOf(id: number): string {
    const token = this.tokens[id];
    if (token === undefined) {
      throw new ArgumentError('Vocabulary', 'id', `is ${id}; expected a whole number in 0…${this.size - 1}`);
    }
    return token;
  }

  /**
   * The ids of tokens. `unknown` tells which of them became unk.
   *
   * @throws when a token is not in the vocabulary, and there is no unk
   */
  encode(tokens: readonly string[]): number[] {
    checkValue(
      'Vocabulary.encode',
      'tokens',
      tokens,
      kind.required(kind.listOf(kind.anything, 'an array of tokens')),
    );
    return tokens.map((token) => this.indexOf(token));
  }

  /** @throws when an id is not in 0…size−1 */
  decode(ids: ArrayLike<number>): string[] {
    return Array.from(ids, (id) => this.tokenOf(id));
  }

  /** The tokens that the vocabulary does not have, with their frequencies. */
  unknown(tokens: Iterable<string>): Map<string, number> {
    const counts = new Map<string, number>();
    for (const token of tokens) {
      if (!this.#ids.has(token)) counts.set(token, (counts.get(token) ?? 0) + 1);
    }
    return counts;
  }

  toJSON(): Json {
    // JSON has no undefined, so fields that are undefined disappear.
    return { tokens: this.tokens, specials: { ...(this.specials as { readonly [name: string]: Json }) } };
  }
}

interface SavedVocabulary {
  readonly tokens: readonly string[];
  readonly specials: SpecialTokens;
}

/** The kind of a vocabulary. */
export const isVocabulary = {
  expected: 'a Vocabulary',
  fits: (value: unknown) => value instanceof Vocabulary,
};

function specialIdsOf(specials: SpecialTokens, ids: ReadonlyMap<string, number>): SpecialIds {
  const named: { [Name in (typeof specialNames)[number]]?: number } = {};
  for (const name of specialNames) {
    const token = specials[name];
    if (token !== undefined) named[name] = ids.get(token)!;
  }
  return { ...named, others: (specials.others ?? []).map((token) => ids.get(token)!) };
}
