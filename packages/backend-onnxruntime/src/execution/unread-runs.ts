import type { Recording } from '../recording/recording.ts';
import type { Executor } from './executor.ts';

/**
 * Runs long recordings that nobody reads. A run starts when the program awaits something, even a fulfilled promise.
 */
export class UnreadRuns {
  readonly #recording: Recording;
  readonly #executor: Executor;
  readonly #maxPending: number;
  #isScheduled = false;
  /**
   * Whether an operation has failed, and the recording has become long again without a read that could report the
   * failure
   */
  #isOverdue = false;

  /** @param maxPending the number of operations above which a recording is long */
  constructor(recording: Recording, executor: Executor, maxPending: number) {
    this.#recording = recording;
    this.#executor = executor;
    this.#maxPending = maxPending;
  }

  /** Throws an overdue failure. A loop that reads nothing would otherwise continue after it without end. */
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
