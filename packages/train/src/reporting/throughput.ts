import type { StepEvent } from '../events.ts';

/** The share of the older measure that each step keeps */
const DECAY = 0.95;

/** The speed of a run over its last steps. */
export class Throughput {
  #steps = 0;
  #weight = 0;
  #seconds = 0;

  add({ weight, seconds }: StepEvent): void {
    this.#steps = DECAY * this.#steps + 1;
    this.#weight = DECAY * this.#weight + weight;
    this.#seconds = DECAY * this.#seconds + seconds;
  }

  /** Steps per second; with a unit, units of weight per second. */
  perSecond(unit: string | undefined): number {
    return (unit === undefined ? this.#steps : this.#weight) / Math.max(this.#seconds, 1e-9);
  }
}
