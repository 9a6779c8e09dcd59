/** Whole numbers from a seed, by xorshift (Marsaglia 2003). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed || 1;
  }

  /** A whole number in 0…below − 1. */
  below(below: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (x >>> 0) % below;
  }

  one<T>(of: readonly T[]): T {
    return of[this.below(of.length)]!;
  }
}
