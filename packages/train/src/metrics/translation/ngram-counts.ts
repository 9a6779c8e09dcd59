/**
 * Counts the n-grams of some sequences, up to an order. Each n-gram has a number. It is looked up by the number of its
 * first n−1 symbols and by its last symbol. The empty n-gram has the number 0.
 */
export class NgramCounts {
  readonly order: number;
  readonly #symbols = new Map<string, number>();
  readonly #longer = new Map<number, number>();
  /** By n-gram: the greatest count in one sequence */
  readonly #counts: number[] = [0];

  constructor(sequences: readonly (readonly string[])[], order: number) {
    this.order = order;
    for (const symbol of sequences.flat()) {
      if (!this.#symbols.has(symbol)) this.#symbols.set(symbol, this.#symbols.size);
    }
    for (const sequence of sequences) this.#add(sequence);
  }

  /**
   * For each order, the number of n-grams that a sequence shares with these sequences. Each n-gram counts as often as
   * both have it.
   */
  matches(sequence: readonly string[]): number[] {
    const matches: number[] = Array(this.order).fill(0);
    const seen = new Uint32Array(this.#counts.length);
    const symbols = sequence.map((symbol) => this.#symbols.get(symbol));
    for (let start = 0; start < symbols.length; start++) {
      let ngram: number | undefined = 0;
      for (let n = 0; n < this.order; n++) {
        const symbol = symbols[start + n];
        if (symbol === undefined) break;
        ngram = this.#longer.get(ngram * this.#symbols.size + symbol);
        if (ngram === undefined) break;
        if (++seen[ngram]! <= this.#counts[ngram]!) matches[n]!++;
      }
    }
    return matches;
  }

  #add(sequence: readonly string[]): void {
    const seen: number[] = [];
    const symbols = sequence.map((symbol) => this.#symbols.get(symbol)!);
    for (let start = 0; start < symbols.length; start++) {
      let ngram = 0;
      for (let n = start; n < Math.min(start + this.order, symbols.length); n++) {
        ngram = this.#numberOf(ngram * this.#symbols.size + symbols[n]!);
        const times = (seen[ngram] ?? 0) + 1;
        seen[ngram] = times;
        if (times > this.#counts[ngram]!) this.#counts[ngram] = times;
      }
    }
  }

  #numberOf(key: number): number {
    const known = this.#longer.get(key);
    if (known !== undefined) return known;
    this.#longer.set(key, this.#counts.length);
    return this.#counts.push(0) - 1;
  }
}

/** For each order, the number of n-grams of a sequence of this length. */
export const ngramTotals = (length: number, order: number): number[] =>
  Array.from({ length: order }, (_, i) => Math.max(0, length - i));
