import type { Reporter, TrainingEvent } from '@unroll/train';
import { backendInUse } from './backends.ts';
import { counted } from './terminal/words.ts';

/** Steps whose losses are compared before and after a change */
const COMPARED = 50;

/** What came of the steps on one backend, of which there are some. */
class Stretch {
  readonly backend = backendInUse();
  readonly losses: number[] = [];
  readonly #rates: number[] = [];

  add(loss: number, weight: number, seconds: number): void {
    this.losses.push(loss);
    this.#rates.push(weight / seconds);
  }

  /** The middle of the steps' rates: the first ones on a backend are slower, as it prepares itself. */
  get rate(): number {
    return this.#rates.toSorted((a, b) => a - b)[this.#rates.length >> 1]!;
  }
}

export interface BackendSwapOptions {
  /** Changes the backend; where it cannot, it rejects, and nothing has changed. */
  readonly change: () => Promise<void>;
  /** How much of the run is done when it does. Default once, in the middle */
  readonly at?: readonly number[];
}

/** Changes the backend while a run goes on, and knows how it went before and after. */
export class BackendSwap implements Reporter {
  readonly #change: () => Promise<void>;
  readonly #at: number[];
  readonly #stretches: Stretch[] = [];
  /** Why the backend stayed as it was */
  #refusal: string | undefined;

  constructor({ change, at = [0.5] }: BackendSwapOptions) {
    this.#change = change;
    this.#at = at.toSorted((a, b) => a - b);
  }

  /** How much of the run is done when the next change is due */
  get #next(): number {
    return this.#at[0] ?? Number.POSITIVE_INFINITY;
  }

  async report(event: TrainingEvent): Promise<void> {
    const { fraction = 0 } = event;
    // A run that goes on past the place has had its change, or never will.
    if (event.type === 'start') while (fraction >= this.#next) this.#at.shift();
    if (event.type !== 'step') return;
    if (this.#stretches.at(-1)?.backend !== backendInUse()) this.#stretches.push(new Stretch());
    this.#stretches.at(-1)!.add(event.loss, event.weight, event.seconds);
    if (fraction < this.#next || fraction === 1) return;
    this.#at.shift();
    try {
      await this.#change();
    } catch (error) {
      this.#refusal = error instanceof Error ? error.message : String(error);
      this.#at.length = 0;
    }
  }

  /**
   * How it went: `onnxruntime, 2 threads: 1,650 steps at 4,900 words/s, loss 0.4123 in the last 50`, a line for each backend in its turn.
   *
   * @param unit what the batches' weights count
   */
  lines(unit: string): string[] {
    const last = this.#stretches.length - 1;
    const stretches = this.#stretches.map(({ backend, losses, rate }, i) => {
      const compared = Math.min(COMPARED, losses.length);
      const loss = (of: readonly number[], where: string) =>
        `loss ${mean(of).toFixed(4)} in the ${where} ${compared}`;
      const parts = [
        `${counted(losses.length, 'step')} at ${Math.round(rate).toLocaleString('en')} ${unit}/s`,
        ...(i > 0 ? [loss(losses.slice(0, COMPARED), 'first')] : []),
        ...(i < last ? [loss(losses.slice(-COMPARED), 'last')] : []),
      ];
      return `  ${backend}: ${parts.join(', ')}`;
    });
    if (this.#refusal !== undefined) return [...stretches, `  the backend was not changed: ${this.#refusal}`];
    if (last < 1)
      return [...stretches, '  the backend was not changed: the run was past its middle, or too short'];
    return stretches;
  }
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
