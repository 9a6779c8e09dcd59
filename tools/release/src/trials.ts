import type { Installer } from './consumer.ts';
import type { Runtime } from './runtimes.ts';

/** A trial, and its problem if any. */
export interface Trial {
  /** The subject of the trial, a row of the table: a package's name, or a release's. */
  readonly subject: string;
  /** The means of the trial: `['npm', 'Node 22', 'import']`. */
  readonly tried: readonly string[];
  readonly problem?: string;
}

/** The trials in order, with their problems. A problem ends only its own trial. */
export class Trials {
  readonly all: Trial[] = [];
  readonly #report: (trial: Trial) => void;

  /** @param report is called after each trial */
  constructor(report: (trial: Trial) => void = () => {}) {
    this.#report = report;
  }

  /** Runs a trial. Resolves to whether it succeeded. */
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

/** The runtimes with which each package is tried. */
export interface TrialRuntimes {
  readonly installers: readonly Installer[];
  readonly nodes: readonly Runtime[];
  readonly compilers: readonly Runtime[];
}
