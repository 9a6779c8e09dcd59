import type { Recording } from '../recording/recording.ts';
import type { Executor } from './executor.ts';

/**
 * Runs recordings that have become long though nobody reads: when the program awaits something, be it a promise that is
 * fulfilled.
 */
export class UnreadRuns {
  readonly #recording: Recording;
  readonly #executor: Executor;
  readonly #maxPending: number;
  #isScheduled = false;
  /** Whether something failed, and the recording has become long again without a read that could be told of it */
  #isOverdue = false;

  /** @param maxPending operations beyond which a recording is long */
  constructor(recording: Recording, executor: Executor, maxPending: number) {
    this.#recording = recording;
    this.#executor = executor;
    this.#maxPending = maxPending;
  }

  /** Throws what has failed where it is overdue: a loop that reads nothing would go on from it without end. */
  throwOverdue(): void {
    if (!this.#isOverdue) return;
    this.#isOverdue = false;
    this.#executor.throwUntold();
  }

  /** Schedules a run where the recording is long. */
  scheduleWhereLong(): void {
    if (!this.#isLong || this.#isScheduled) return;
    this.#isScheduled = true;
    void Promise.resolve()
      .then(() => this.#executor.flushUnread(this.#maxPending))
      .then((hasFailed) => {
        this.#isScheduled = false;
        this.#isOverdue = hasFailed && this.#isLong;
      });
  }

  get #isLong(): boolean {
    return this.#recording.length > this.#maxPending;
  }
}
