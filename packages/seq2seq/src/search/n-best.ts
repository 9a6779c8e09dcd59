import type { Path } from './path.ts';

/** A path that ended, and what it is ranked by. */
export interface RankedPath {
  readonly path: Path;
  readonly score: number;
}

/** The best of the paths that ended, the best first and of equal ones the earlier. */
export class NBest {
  /** How many paths ended, those that were not good enough too */
  count = 0;
  readonly #size: number;
  readonly #best: RankedPath[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  get best(): readonly RankedPath[] {
    return this.#best;
  }

  /** What a score has to exceed to become one of the best: nothing while there is room. */
  get threshold(): number | undefined {
    return this.#best[this.#size - 1]?.score;
  }

  add(ranked: RankedPath): void {
    this.count++;
    const place = this.#best.findIndex(({ score }) => ranked.score > score);
    this.#best.splice(place < 0 ? this.#best.length : place, 0, ranked);
    this.#best.length = Math.min(this.#best.length, this.#size);
  }
}
