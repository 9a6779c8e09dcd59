/** How often a class was there and was predicted. */
export interface ClassCounts {
  /** Predicted and right: tp */
  right: number;
  /** Predicted, right or wrong: tp + fp */
  predicted: number;
  /** There, found or not: tp + fn, the support */
  actual: number;
}

/** Counts by class, all of them from 0. */
export class CountsByClass<Class> {
  readonly #counts = new Map<Class, ClassCounts>();

  constructor(classes: Iterable<Class> = []) {
    for (const name of classes) this.of(name);
  }

  /** A class's counts; a class that was not there is from now on. */
  of(name: Class): ClassCounts {
    let counts = this.#counts.get(name);
    if (!counts) {
      counts = { right: 0, predicted: 0, actual: 0 };
      this.#counts.set(name, counts);
    }
    return counts;
  }

  entries(): [Class, ClassCounts][] {
    return [...this.#counts];
  }
}
