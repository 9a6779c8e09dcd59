import { checkValue, kind } from '@unroll/backend/checks';
import type { TrainingEvent } from '../events.ts';
import type { Reporter } from './reporter.ts';

/** A reporter, or a function that receives the events. */
export type ReporterLike = Reporter | Reporter['report'];

const reporterKind: kind.Kind = {
  expected: 'a reporter or a function',
  fits: (value) =>
    typeof value === 'function' || typeof (value as Partial<Reporter> | null)?.report === 'function',
};

export const reportersKind: kind.Kind = kind.listOf(reporterKind, 'an array of reporters and functions');

/** Combines several reporters. A function counts as a reporter without `close`. */
export class Reporters implements Reporter {
  readonly #reporters: Reporter[];

  constructor(reporters: readonly ReporterLike[]) {
    this.#reporters = reporters.map(asReporter);
  }

  /** @throws when it is neither a reporter nor a function */
  add(reporter: ReporterLike): void {
    checkValue('Trainer.addReporter', 'reporter', reporter, kind.required(reporterKind));
    this.#reporters.push(asReporter(reporter));
  }

  async report(event: TrainingEvent): Promise<void> {
    for (const reporter of this.#reporters) {
      // Await only reporters that return a promise.
      const reported = reporter.report(event);
      if (reported) await reported;
    }
  }

  /** Runs `run` and then closes all reporters. When the run fails, its error is thrown. */
  async closedAfter<T>(run: () => Promise<T>): Promise<T> {
    let result: T;
    try {
      result = await run();
    } catch (error) {
      await this.close().catch(() => {});
      throw error;
    }
    await this.close();
    return result;
  }

  /** Closes all reporters, then throws the first error. */
  async close(): Promise<void> {
    const closed = await Promise.allSettled(this.#reporters.map(async (reporter) => reporter.close?.()));
    const failed = closed.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }
}

const asReporter = (one: ReporterLike): Reporter => (typeof one === 'function' ? { report: one } : one);
