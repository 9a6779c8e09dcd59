import { kind } from '@unroll/backend/checks';
import type { TrainingEvent } from '../events.ts';
import type { Reporter } from './reporter.ts';

/** A reporter, or a function that takes the events. */
export type ReporterLike = Reporter | Reporter['report'];

export const reportersKind: kind.Kind = kind.listOf(
  {
    expected: 'a reporter or a function',
    fits: (value) =>
      typeof value === 'function' || typeof (value as Partial<Reporter> | null)?.report === 'function',
  },
  'an array of reporters and functions',
);

/** Several reporters as one; functions are reporters that have nothing to close. */
export class Reporters implements Reporter {
  readonly #reporters: Reporter[];

  constructor(reporters: readonly ReporterLike[]) {
    this.#reporters = reporters.map(asReporter);
  }

  add(reporter: ReporterLike): void {
    this.#reporters.push(asReporter(reporter));
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

const asReporter = (one: ReporterLike): Reporter => (typeof one === 'function' ? { report: one } : one);
