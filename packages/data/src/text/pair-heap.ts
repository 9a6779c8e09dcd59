/** A binary heap of pairs with the greatest weight first; among equal weights, the least key first. */
export class PairHeap {
  readonly #weights: number[] = [];
  readonly #keys: number[] = [];

  get size(): number {
    return this.#keys.length;
  }

  /** The weight of the first pair */
  get weight(): number {
    return this.#weights[0]!;
  }

  push(weight: number, key: number): void {
    this.#weights.push(weight);
    this.#keys.push(key);
    this.#rise(this.size - 1);
  }

  /** Removes the first pair and returns its key. */
  pop(): number {
    const first = this.#keys[0]!;
    const weight = this.#weights.pop()!;
    const key = this.#keys.pop()!;
    if (this.size > 0) {
      this.#put(0, weight, key);
      this.#sink();
    }
    return first;
  }

  #rise(from: number): void {
    const [weight, key] = [this.#weights[from]!, this.#keys[from]!];
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(weight, key, parent)) break;
      this.#put(at, this.#weights[parent]!, this.#keys[parent]!);
      at = parent;
    }
    this.#put(at, weight, key);
  }

  #sink(): void {
    const [weight, key] = [this.#weights[0]!, this.#keys[0]!];
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= this.size) break;
      const right = left + 1;
      const rightFirst = right < this.size && this.#isBefore(this.#weights[right]!, this.#keys[right]!, left);
      const child = rightFirst ? right : left;
      if (this.#isBefore(weight, key, child)) break;
      this.#put(at, this.#weights[child]!, this.#keys[child]!);
      at = child;
    }
    this.#put(at, weight, key);
  }

  #isBefore(weight: number, key: number, other: number): boolean {
    const difference = weight - this.#weights[other]!;
    return difference > 0 || (difference === 0 && key < this.#keys[other]!);
  }

  #put(at: number, weight: number, key: number): void {
    this.#weights[at] = weight;
    this.#keys[at] = key;
  }
}
