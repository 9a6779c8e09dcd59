import type { Batch } from './batch.ts';
import type { Hypothesis } from './hypothesis.ts';
import type { StepScorer } from './step-scorer.ts';

/** Runs the steps of a search and owns the state between them. Only this class runs steps and frees states. */
export class Search<State> {
  readonly #scorer: StepScorer<State>;
  readonly #batch: Batch;
  readonly #signal: AbortSignal | undefined;
  #held: { readonly state: State } | undefined;

  constructor(scorer: StepScorer<State>, batch: Batch, signal: AbortSignal | undefined) {
    this.#scorer = scorer;
    this.#batch = batch;
    this.#signal = signal;
  }

  /**
   * Runs one step. Returns false when nothing was left to do. Rejects with the signal's reason once the signal has
   * aborted.
   */
  async step(): Promise<boolean> {
    this.#signal?.throwIfAborted();
    if (this.#batch.isFinished) return false;
    this.#held ??= { state: this.#scorer.start() };
    const { state } = this.#held;
    const scores = await this.#scorer.step({ ...this.#batch.ask(), state });
    this.#held = { state: scores.state };
    this.#scorer.release(state);
    this.#signal?.throwIfAborted();
    this.#batch.answer(scores);
    return true;
  }

  /** The hypotheses that were found, for each source the best first. */
  hypotheses(): Hypothesis[][] {
    return this.#batch.searches.map((search) => search.hypotheses());
  }

  /** Frees the state. */
  close(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held) this.#scorer.release(held.state);
  }

  /** Runs all steps to the end. */
  async run(): Promise<Hypothesis[][]> {
    try {
      while (await this.step());
      return this.hypotheses();
    } finally {
      this.close();
    }
  }
}
