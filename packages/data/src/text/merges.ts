import { byteTokens } from './byte-alphabet.ts';

/** Two tokens, by number, that are merged into one. */
export type Merge = readonly [left: number, right: number];

/** One number for a pair of token numbers. There are fewer than 2²⁶ tokens. */
export const pairKey = (left: number, right: number): number => left * PAIR_BASE + right;

export const pairOf = (key: number): Merge => [Math.floor(key / PAIR_BASE), key % PAIR_BASE];

const PAIR_BASE = 2 ** 26;

/** A table of tokens: first the bytes, then the results of merges. */
export class TokenTable {
  readonly tokens: string[] = [...byteTokens];
  readonly #ids = new Map(this.tokens.map((token, id) => [token, id]));

  get size(): number {
    return this.tokens.length;
  }

  idOf(token: string): number | undefined {
    return this.#ids.get(token);
  }

  /** The number of the concatenation of two tokens: `ab` and `c` give the same token as `a` and `bc`. */
  merge(left: number, right: number): number {
    const token = this.tokens[left]! + this.tokens[right]!;
    const known = this.#ids.get(token);
    if (known !== undefined) return known;
    this.#ids.set(token, this.size);
    return this.tokens.push(token) - 1;
  }
}
