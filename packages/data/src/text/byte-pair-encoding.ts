import { checkValue, kind, messageOf } from '@unroll/backend/checks';
import { ArgumentError, FormatError } from '@unroll/backend/errors';
import type { Json } from '../json.ts';
import { jsonFields } from '../json-fields.ts';
import { bytesAsCharacters, textOfCharacters } from './byte-alphabet.ts';
import { type Merge, pairKey, TokenTable } from './merges.ts';
import { PairHeap } from './pair-heap.ts';
import { gpt2Pattern, piecesOf } from './pieces.ts';
import type { Tokenizer } from './tokenizer.ts';

/** Number of pieces whose tokens are cached. When the cache is full, it is cleared. */
const CACHED_PIECES = 65_536;

/**
 * Byte-pair encoding over bytes, as in GPT-2. It can tokenize every text, and `detokenize` returns the exact text (a
 * lone surrogate, which UTF-8 cannot encode, becomes U+FFFD). Tokens are written in GPT-2's alphabet, where a space is
 * `Ġ`. `trainBytePairEncoding` learns one from texts.
 */
export class BytePairEncoding implements Tokenizer {
  /** Each merge as its two tokens with a space between, like the lines of a `merges.txt` */
  readonly merges: readonly string[];
  /** All tokens: the 256 bytes, then the results of the merges. A vocabulary of them knows every text. */
  readonly tokens: readonly string[];
  /** Cuts text into the pieces within which tokens are merged. */
  readonly pattern: RegExp;
  readonly #table = new TokenTable();
  readonly #ranks = new Map<number, number>();
  readonly #merged: number[] = [];
  readonly #cache = new Map<string, readonly string[]>();

  /**
   * @param merges the two tokens of each merge with a space between, in order
   * @param pattern Default: GPT-2's.
   * @throws when a merge's tokens are not defined by earlier merges, or the pattern is not global
   */
  constructor(merges: readonly string[], pattern: RegExp = gpt2Pattern) {
    checkPattern('BytePairEncoding', pattern);
    checkValue(
      'BytePairEncoding',
      'merges',
      merges,
      kind.required(kind.listOf(kind.text, 'an array of strings')),
    );
    this.merges = merges;
    this.pattern = pattern;
    for (const [rank, merge] of merges.entries()) {
      const [left, right] = this.#pairOf(merge, rank);
      this.#ranks.set(pairKey(left, right), rank);
      this.#merged.push(this.#table.merge(left, right));
    }
    this.tokens = this.#table.tokens;
  }

  /**
   * Makes an encoding from the result of `toJSON`.
   *
   * @throws FormatError when the JSON is invalid
   */
  static fromJSON(json: unknown): BytePairEncoding {
    const owner = 'BytePairEncoding.fromJSON';
    const { merges, pattern } = jsonFields<SavedEncoding>(owner, json, savedKinds);
    const { source, flags } = jsonFields<SavedEncoding['pattern']>(
      `${owner}: pattern`,
      pattern,
      patternKinds,
    );
    try {
      return new BytePairEncoding(merges, new RegExp(source, flags));
    } catch (error) {
      throw new FormatError(`${owner}: ${messageOf(error)}`, { cause: error });
    }
  }

  tokenize(text: string): string[] {
    const tokens: string[] = [];
    for (const piece of piecesOf(text, this.pattern)) {
      for (const token of this.#tokensOf(piece)) tokens.push(token);
    }
    return tokens;
  }

  /**
   * The text of tokens. An incomplete character becomes U+FFFD. Tokens outside the alphabet, such as special ones, are
   * written unchanged.
   */
  detokenize(tokens: readonly string[]): string {
    let text = '';
    let characters = '';
    for (const token of tokens) {
      if (this.#table.idOf(token) !== undefined) {
        characters += token;
        continue;
      }
      text += textOfCharacters(characters) + token;
      characters = '';
    }
    return text + textOfCharacters(characters);
  }

  toJSON(): Json {
    const { source, flags } = this.pattern;
    return { type: 'bytePairEncoding', pattern: { source, flags }, merges: this.merges };
  }

  #pairOf(merge: string, rank: number): Merge {
    const [left, right, ...rest] = merge.split(' ').map((token) => this.#table.idOf(token));
    if (left === undefined || right === undefined || rest.length > 0) {
      const fault = `is '${merge}'; expected two tokens that earlier merges make, with a space between`;
      throw new ArgumentError('BytePairEncoding', `merges[${rank}]`, fault);
    }
    return [left, right];
  }

  #tokensOf(piece: string): readonly string[] {
    const cached = this.#cache.get(piece);
    if (cached) return cached;
    if (this.#cache.size === CACHED_PIECES) this.#cache.clear();
    const tokens = this.#mergeAll(bytesAsCharacters(piece));
    this.#cache.set(piece, tokens);
    return tokens;
  }

  /** Applies the earliest merge first, from left to right. It uses a linked list and a heap. */
  #mergeAll(characters: string): readonly string[] {
    const table = this.#table;
    const ids = Array.from(characters, (character) => table.idOf(character)!);
    const end = ids.length;
    const next = ids.map((_, i) => i + 1);
    const previous = ids.map((_, i) => i - 1);
    const heap = new PairHeap();
    const rankAt = (i: number) =>
      i < 0 || next[i]! >= end ? undefined : this.#ranks.get(pairKey(ids[i]!, ids[next[i]!]!));
    const queue = (i: number) => {
      const rank = rankAt(i);
      if (rank !== undefined) heap.push(-rank, i);
    };
    for (let i = 0; i < end; i++) queue(i);
    while (heap.size > 0) {
      const rank = -heap.weight;
      const i = heap.pop();
      if (ids[i] === GONE || rankAt(i) !== rank) continue;
      const right = next[i]!;
      ids[i] = this.#merged[rank]!;
      ids[right] = GONE;
      next[i] = next[right]!;
      if (next[i]! < end) previous[next[i]!] = i;
      queue(previous[i]!);
      queue(i);
    }
    return ids.filter((id) => id !== GONE).map((id) => table.tokens[id]!);
  }
}

const GONE = -1;

interface SavedEncoding {
  readonly merges: readonly string[];
  readonly pattern: { readonly source: string; readonly flags: string };
}

const savedKinds = {
  merges: kind.required(kind.listOf(kind.text, 'an array of strings')),
  pattern: kind.required(kind.record),
};

const patternKinds = {
  source: kind.required(kind.text),
  flags: kind.required(kind.text),
};

/** Throws unless the pattern searches a text globally, and does not split characters. */
export function checkPattern(owner: string, pattern: RegExp): void {
  const cutsPieces = {
    expected: 'a regular expression with the flags g and u (or v)',
    fits: (given: unknown) => given instanceof RegExp && given.global && /[uv]/.test(given.flags),
  };
  checkValue(owner, 'pattern', pattern, kind.required(cutsPieces));
}
