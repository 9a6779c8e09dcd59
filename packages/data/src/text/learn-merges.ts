import { bytesAsCharacters } from './byte-alphabet.ts';
import { type Merge, pairKey, pairOf, TokenTable } from './merges.ts';
import { PairHeap } from './pair-heap.ts';

/** When learning ends: at the first that holds. */
export interface MergeLimits {
  readonly merges: number;
  readonly vocabSize: number;
  /** How often a pair has to occur to be merged */
  readonly minFrequency: number;
}

/**
 * Merges the pair of tokens that is the most frequent, over and over; of equally frequent ones, that with the lower numbers. Only
 * the pieces that hold the merged pair are looked at again.
 *
 * Sennrich et al., "Neural machine translation of rare words with subword units" (ACL 2016).
 *
 * @param pieces pieces of text and how often each occurs
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

/** A piece as tokens, and how often it occurs. */
interface Word {
  ids: number[];
  readonly count: number;
}

/** Replaces each `left right` of a word by `merged`, and counts the pairs that go and come. */
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

/** How often each pair occurs, and in which words. */
class PairCounts {
  readonly #pairs = new Map<number, { count: number; readonly words: Set<Word> }>();
  readonly #changed = new Set<number>();
  // Holds counts as they were when they last grew; a count that fell is found out when it comes up.
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

  /** Takes a pair out; the words that held it, of which some may have lost it. */
  take(key: number): Iterable<Word> {
    const words = this.#pairs.get(key)?.words ?? [];
    this.#pairs.delete(key);
    return words;
  }
}
