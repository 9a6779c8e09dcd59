/** How often a class was the target and was predicted. */
export interface ClassCounts {
  /** Predicted correctly: tp */
  right: number;
  /** Predicted, correctly or not: tp + fp */
  predicted: number;
  /** Targets of the class, predicted or not: tp + fn, the support */
  actual: number;
}

/** Counts by class, all starting at 0. */
export class CountsByClass<Class> {
  readonly #counts = new Map<Class, ClassCounts>();

  constructor(classes: Iterable<Class> = []) {
    for (const name of classes) this.of(name);
  }

  /** A class's counts. A new class is added. */
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
