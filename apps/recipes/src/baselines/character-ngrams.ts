/** ln P(character | characters before it) of each character of a text */
export type CharacterLogProbs = (text: string) => number[];

/**
 * An interpolated n-gram model of characters with modified Kneser-Ney smoothing (Chen and Goodman 1999):
 *
 * P_n(w | h) = (c(hw) − D(c(hw))) / c(h) + λ(h) P_{n−1}(w | h'),  λ(h) = (D₁ N₁ + D₂ N₂ + D₃ N₃₊) / c(h)
 *
 * where h' is h without its first character and Nᵢ the number of characters that follow h i times. Below the highest
 * order, counts are the numbers of different characters before the n-gram. Below the lowest, all characters of the
 * alphabet and one for all unknown ones are equally probable.
 *
 * @param train at least n characters
 * @param order n
 * @returns a function that judges a text. The contexts of its first characters are the last characters of `train`.
 * @see https://doi.org/10.1006/csla.1999.0128
 */
export function characterNgrams(train: string, order: number): CharacterLogProbs {
  const alphabet = new Map([...new Set(train)].map((character, id) => [character, id]));
  const size = alphabet.size + 1;
  const encode = (text: string) => Array.from(text, (character) => alphabet.get(character) ?? alphabet.size);
  const ids = encode(train);
  const levels = levelsOf(ids, order, size);
  return (text) => {
    const asked = encode(text);
    const all = [...ids.slice(ids.length - order + 1), ...asked];
    const logProbs: number[] = [];
    for (let t = order - 1; t < all.length; t++) {
      let probability = 1 / size;
      // The key of the n-gram that ends at t, and the key of its context
      let [key, context, place] = [all[t]!, 0, 1];
      for (const [n, level] of levels.entries()) {
        if (n > 0) {
          const before = all[t - n]!;
          context += before * place;
          place *= size;
          key += before * place;
        }
        probability = level.interpolate(key, context, probability);
      }
      logProbs.push(Math.log(probability));
    }
    return logProbs;
  };
}

/** The counts of one order. A key has a digit for each character, in the base of the alphabet's size. */
class Level {
  readonly #counts: ReadonlyMap<number, number>;
  readonly #contexts = new Map<number, { total: number; once: number; twice: number; more: number }>();
  /** What is taken from a count of 1, 2, and 3 or more */
  readonly #discounts: readonly [number, number, number];

  constructor(counts: ReadonlyMap<number, number>, size: number) {
    this.#counts = counts;
    const counted = [0, 0, 0, 0, 0];
    for (const [key, count] of counts) {
      if (count < counted.length) counted[count]!++;
      const context = Math.floor(key / size);
      const of = this.#contexts.get(context) ?? { total: 0, once: 0, twice: 0, more: 0 };
      of.total += count;
      of[count === 1 ? 'once' : count === 2 ? 'twice' : 'more']++;
      this.#contexts.set(context, of);
    }
    this.#discounts = discountsOf(counted);
  }

  interpolate(key: number, context: number, lower: number): number {
    const of = this.#contexts.get(context);
    if (!of) return lower;
    const [d1, d2, d3] = this.#discounts;
    const count = this.#counts.get(key) ?? 0;
    const discount = count === 0 ? 0 : count === 1 ? d1 : count === 2 ? d2 : d3;
    const left = d1 * of.once + d2 * of.twice + d3 * of.more;
    return (count - discount + left * lower) / of.total;
  }
}

/** D_i = i − (i + 1) Y n_{i+1} / n_i with Y = n₁ / (n₁ + 2n₂), from the numbers n_i of n-grams with count i. */
function discountsOf(counted: readonly number[]): [number, number, number] {
  const y = counted[1]! / (counted[1]! + 2 * counted[2]!);
  return [1, 2, 3].map((i) => {
    const discount = i - ((i + 1) * y * counted[i + 1]!) / counted[i]!;
    // Too few n-grams for an estimate
    return discount > 0 && discount < i ? discount : i / 2;
  }) as [number, number, number];
}

/** From unigrams up to the highest order */
function levelsOf(ids: readonly number[], order: number, size: number): Level[] {
  const highest = new Map<number, number>();
  const modulus = size ** order;
  let key = 0;
  for (const [t, id] of ids.entries()) {
    key = (key * size + id) % modulus;
    if (t >= order - 1) add(highest, key);
  }
  const levels = [new Level(highest, size)];
  let counts: ReadonlyMap<number, number> = highest;
  for (let n = order - 1; n > 0; n--) {
    const continuations = new Map<number, number>();
    for (const longer of counts.keys()) add(continuations, longer % size ** n);
    levels.unshift(new Level(continuations, size));
    counts = continuations;
  }
  return levels;
}

function add(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
