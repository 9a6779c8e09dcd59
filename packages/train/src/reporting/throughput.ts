import type { StepEvent } from '../events.ts';

/** How much of the older measure stays with each step */
const DECAY = 0.95;

/** How fast a run is, over its last steps. */
export class Throughput {
  #steps = 0;
  #weight = 0;
  #seconds = 0;

  add({ weight, seconds }: StepEvent): void {
    this.#steps = DECAY * this.#steps + 1;
    this.#weight = DECAY * this.#weight + weight;
    this.#seconds = DECAY * this.#seconds + seconds;
  }

  /** Steps a second; where the weight has a unit, so many of it. */
  perSecond(unit: string | undefined): number {
    return (unit === undefined ? this.#steps : this.#weight) / Math.max(this.#seconds, 1e-9);
  }
}
