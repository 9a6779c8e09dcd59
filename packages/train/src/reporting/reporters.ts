import type { TrainingEvent } from '../events.ts';
import type { Reporter } from './reporter.ts';

/** Several reporters as one; functions are reporters that have nothing to close. */
export class Reporters implements Reporter {
  readonly #reporters: readonly Reporter[];

  constructor(reporters: readonly (Reporter | Reporter['report'])[]) {
    this.#reporters = reporters.map((one) => (typeof one === 'function' ? { report: one } : one));
  }

  async report(event: TrainingEvent): Promise<void> {
    for (const reporter of this.#reporters) {
      // A step waits for those alone that ask it to.
      const reported = reporter.report(event);
      if (reported) await reported;
    }
  }

  /** Closes all of them, and throws the first error afterwards. */
  async close(): Promise<void> {
    const closed = await Promise.allSettled(this.#reporters.map(async (reporter) => reporter.close?.()));
    const failed = closed.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }
}
