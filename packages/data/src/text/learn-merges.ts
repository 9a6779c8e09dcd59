import { bytesAsCharacters } from './byte-alphabet.ts';
import { type Merge, pairKey, pairOf, TokenTable } from './merges.ts';
import { PairHeap } from './pair-heap.ts';

/** The limits of learning. It ends at the first limit. */
export interface MergeLimits {
  readonly merges: number;
  readonly vocabSize: number;
  /** The least frequency of a pair that is merged */
  readonly minFrequency: number;
}

/**
 * Merges the most frequent pair of tokens repeatedly; among equally frequent pairs, the one with the lowest token
 * numbers. After a merge only the pieces with the merged pair are updated.
 *
 * Sennrich et al., "Neural machine translation of rare words with subword units" (ACL 2016).
 *
 * @param pieces pieces of text with their frequencies
 */
export function learnMerges(pieces: ReadonlyMap<string, number>, limits: MergeLimits): Merge[] {
  const table = new TokenTable();
  const pairs = new PairCounts();
  const words: Word[] = [];
  for (const [piece, count] of pieces) {
    const ids = Array.from(bytesAsCharacters(piece), (character) => table.idOf(character)!);
    const word = { ids, count };
    words.push(word);
    for (let i = 1; i < ids.length; i++) pairs.add(ids[i - 1]!, ids[i]!, word);
  }
  const merges: Merge[] = [];
  pairs.queueChanged();
  while (merges.length < limits.merges && table.size < limits.vocabSize) {
    const key = pairs.takeMostFrequent(limits.minFrequency);
    if (key === undefined) break;
    const [left, right] = pairOf(key);
    merges.push([left, right]);
    const merged = table.merge(left, right);
    for (const word of pairs.take(key)) mergeIn(word, left, right, merged, pairs);
    pairs.queueChanged();
  }
  return merges;
}

/** A piece as tokens, with its frequency. */
interface Word {
  ids: number[];
  readonly count: number;
}

/** Replaces each `left right` of a word by `merged`, and updates the counts of pairs. */
function mergeIn(word: Word, left: number, right: number, merged: number, pairs: PairCounts): void {
  const { ids } = word;
  const kept: number[] = [];
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] !== left || ids[i + 1] !== right) {
      kept.push(ids[i]!);
      continue;
    }
    const before = kept.at(-1);
    if (before !== undefined) {
      pairs.remove(before, left, word);
      pairs.add(before, merged, word);
    }
    const after = ids[i + 2];
    if (after !== undefined) {
      pairs.remove(right, after, word);
      pairs.add(merged, after, word);
    }
    kept.push(merged);
    i++;
  }
  word.ids = kept;
}

/** The frequency of each pair, and the words that contain it. */
class PairCounts {
  readonly #pairs = new Map<number, { count: number; readonly words: Set<Word> }>();
  readonly #changed = new Set<number>();
  // Each entry has the count at the time of its last increase. A count that has since fallen is corrected when popped.
  readonly #heap = new PairHeap();

  add(left: number, right: number, word: Word): void {
    const key = pairKey(left, right);
    const pair = this.#pairs.get(key);
    if (pair) {
      pair.count += word.count;
      pair.words.add(word);
    } else this.#pairs.set(key, { count: word.count, words: new Set([word]) });
    this.#changed.add(key);
  }

  remove(left: number, right: number, word: Word): void {
    const pair = this.#pairs.get(pairKey(left, right));
    if (pair) pair.count -= word.count;
  }

  queueChanged(): void {
    for (const key of this.#changed) {
      const count = this.#pairs.get(key)?.count ?? 0;
      if (count > 0) this.#heap.push(count, key);
    }
    this.#changed.clear();
  }

  takeMostFrequent(minFrequency: number): number | undefined {
    while (this.#heap.size > 0) {
      const { weight } = this.#heap;
      const key = this.#heap.pop();
      const count = this.#pairs.get(key)?.count ?? 0;
      if (count === weight) return count < minFrequency ? undefined : key;
      if (count > 0 && count < weight) this.#heap.push(count, key);
    }
    return undefined;
  }

  /** Removes a pair. Returns the words that contained it; some of them may no longer contain it. */
  take(key: number): Iterable<Word> {
    const words = this.#pairs.get(key)?.words ?? [];
    this.#pairs.delete(key);
    return words;
  }
}
