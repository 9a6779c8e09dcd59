import type { Installer } from './consumer.ts';
import type { Runtime } from './runtimes.ts';

/** One thing that was tried, and what went wrong with it. */
export interface Trial {
  /** What was tried, a row of the table: a package's name, or a release's. */
  readonly subject: string;
  /** What it was tried with: `['npm', 'Node 22', 'import']`. */
  readonly tried: readonly string[];
  readonly problem?: string;
}

/** What was tried, in order, with the problems that came up. A problem ends what it came up in, and nothing else. */
export class Trials {
  readonly all: Trial[] = [];
  readonly #report: (trial: Trial) => void;

  /** @param report is told of each trial when it is over */
  constructor(report: (trial: Trial) => void = () => {}) {
    this.#report = report;
  }

  /** Tries something; resolves to whether it went well. */
  async attempt(subject: string, tried: readonly string[], run: () => unknown): Promise<boolean> {
    let trial: Trial = { subject, tried };
    try {
      await run();
    } catch (error) {
      trial = { ...trial, problem: error instanceof Error ? error.message : String(error) };
    }
    this.all.push(trial);
    this.#report(trial);
    return trial.problem === undefined;
  }

  get problems(): string[] {
    return this.all
      .filter(({ problem }) => problem !== undefined)
      .map(({ subject, tried, problem }) => `${subject} (${tried.join(', ')}): ${problem}`);
  }
}

/** With what each package is tried. */
export interface TrialRuntimes {
  readonly installers: readonly Installer[];
  readonly nodes: readonly Runtime[];
  readonly compilers: readonly Runtime[];
}
