import type { Path } from './path.ts';

/** A path that ended, and its score. */
export interface RankedPath {
  readonly path: Path;
  readonly score: number;
}

/** The best of what was added, the best first, the earlier first among ties. */
export class NBest<Ranked extends { readonly score: number } = RankedPath> {
  /** The number of all that were added, including those that were dropped */
  count = 0;
  readonly #size: number;
  readonly #best: Ranked[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  get best(): readonly Ranked[] {
    return this.#best;
  }

  /** A score must exceed this to become one of the best; undefined while there is room. */
  get threshold(): number | undefined {
    return this.#best[this.#size - 1]?.score;
  }

  add(ranked: Ranked): void {
    this.count++;
    const place = this.#best.findIndex(({ score }) => ranked.score > score);
    this.#best.splice(place < 0 ? this.#best.length : place, 0, ranked);
    this.#best.length = Math.min(this.#best.length, this.#size);
  }
}
