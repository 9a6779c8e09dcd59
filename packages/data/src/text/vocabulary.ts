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
  /** Absent: there are none. Those that are not among the tokens come before them: pad, unk, bos, eos, others. */
  specials?: SpecialTokens | undefined;
}

const kinds = { specials: kind.record };

const jsonKinds = { tokens: kind.required(kind.anything), specials: kind.required(kind.record) };

/**
 * Tokens by number and numbers by token. `buildVocabulary` makes one of texts; this constructor takes a list as it is, such as the
 * lines of a `vocab.txt`.
 *
 * @example
 * const vocabulary = new Vocabulary(['the', 'cat'], { specials: { pad: '<pad>', unk: '<unk>' } });
 * vocabulary.encode(['the', 'dog']); // [2, 1]
 * vocabulary.decode([2, 3]); // ['the', 'cat']
 */
export class Vocabulary {
  readonly specials: SpecialTokens;
  readonly specialIds: SpecialIds;
  /** All, special ones too, in the order of their numbers */
  readonly tokens: readonly string[];
  // A map, so that `__proto__` and `constructor` are tokens as any.
  readonly #ids: ReadonlyMap<string, number>;

  /** @throws where a token is no string, or is there twice */
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
   * What `toJSON` gave.
   *
   * @throws FormatError where it is not that
   */
  static fromJSON(json: unknown): Vocabulary {
    const owner = 'Vocabulary.fromJSON';
    const { tokens, specials } = jsonFields<SavedVocabulary>(owner, json, {
      ...jsonKinds,
      tokens: kind.required(kind.listOf(anyText, 'an array of strings')),
    });
    return fromFile(owner, () => new Vocabulary(tokens, { specials }));
  }

  /** How many tokens there are, special ones too: rows of an embedding's table. */
  get size(): number {
    return this.tokens.length;
  }

  has(token: string): boolean {
    return this.#ids.has(token);
  }

  /**
   * A token's number, or unk's where the vocabulary does not have it.
   *
   * @throws where it does not have it, and has no unk
   */
  indexOf(token: string): number {
    const id = this.#ids.get(token) ?? this.specialIds.unk;
    if (id === undefined) {
      const fault = `is '${token}', which the vocabulary does not have; specials.unk would stand for it`;
      throw new ArgumentError('Vocabulary', 'token', fault);
    }
    return id;
  }

  /** @throws where `id` is none of 0…size−1 */
  tokenOf(id: number): string {
    const token = this.tokens[id];
    if (token === undefined) {
      throw new ArgumentError('Vocabulary', 'id', `is ${id}; expected a whole number in 0…${this.size - 1}`);
    }
    return token;
  }

  /**
   * The tokens' numbers. `unknown` says which of them became unk.
   *
   * @throws where one is not in the vocabulary, and there is no unk
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

  /** @throws where a number is none of 0…size−1 */
  decode(ids: ArrayLike<number>): string[] {
    return Array.from(ids, (id) => this.tokenOf(id));
  }

  /** How often each token that the vocabulary does not have is among these. */
  unknown(tokens: Iterable<string>): Map<string, number> {
    const counts = new Map<string, number>();
    for (const token of tokens) {
      if (!this.#ids.has(token)) counts.set(token, (counts.get(token) ?? 0) + 1);
    }
    return counts;
  }

  toJSON(): Json {
    // What is undefined has no place in JSON.
    return { tokens: this.tokens, specials: { ...(this.specials as { readonly [name: string]: Json }) } };
  }
}

interface SavedVocabulary {
  readonly tokens: readonly string[];
  readonly specials: SpecialTokens;
}

/** For what is given one. */
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
