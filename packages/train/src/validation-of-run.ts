import type { Module } from '@unroll/nn';
import type { ExponentialMovingAverage } from '@unroll/optim';
import { judge, type Metrics } from './evaluate.ts';
import { type Count, comesRound } from './interval.ts';
import { isBetter, type Monitored, monitoredValue } from './monitor.ts';
import type { RunProgress } from './progress-of-run.ts';
import type { ValidationOptions } from './trainer-options.ts';

/** The result of a validation. */
export interface Validated {
  readonly values: Readonly<Record<string, number>>;
  readonly best: boolean;
  readonly seconds: number;
}

/** Evaluates a run's model on its held-out batches when it is due. */
export class ValidationOfRun<Batch, Judged extends Metrics> {
  readonly #options: ValidationOptions<Batch, Judged>;

  constructor(options: ValidationOptions<Batch, Judged>) {
    this.#options = options;
  }

  /** The value that ranks the weights, and its direction */
  get monitored(): Required<{ [Name in keyof Monitored]: NonNullable<Monitored[Name]> }> {
    const { value = 'loss', mode = 'min' } = this.#options;
    return { value, mode };
  }

  isDue(count: Count): boolean {
    const { every = { epochs: 1 } } = this.#options;
    return comesRound(every, count);
  }

  /** Evaluates the held-out batches, with the averages in place of the weights if there are averages. */
  async run(
    model: Module,
    average: ExponentialMovingAverage | undefined,
    { best }: RunProgress,
  ): Promise<Validated> {
    const begin = performance.now();
    const { value: name, mode } = this.monitored;
    const { value: _value, mode: _mode, every: _every, ...evaluation } = this.#options;
    const swapBack = average?.swapIn();
    let values: Readonly<Record<string, number>>;
    try {
      values = await judge('Trainer: validation', model, evaluation);
    } finally {
      swapBack?.();
    }
    const monitored = monitoredValue('Trainer: validation', values, name);
    const isBest = best ? isBetter(monitored, best.value, mode) : !Number.isNaN(monitored);
    return { values, best: isBest, seconds: (performance.now() - begin) / 1000 };
  }
}
