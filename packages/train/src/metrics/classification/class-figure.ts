import { checkOptions, kind } from '@unroll/backend/checks';
import type { Metric } from '../metric.ts';
import { CountsByClass } from './class-counts.ts';
import { type ClassOptions, classKind, classKinds, eachClassPair } from './class-pairs.ts';
import { type Average, type ClassReport, classReport, figureOf, type ZeroDivision } from './class-report.ts';

export interface ClassFigureOptions extends ClassOptions {
  /**
   * `'micro'` counts all classes together, `'macro'` is the mean over the classes, `'weighted'` their mean weighted by
   * support, and `'none'` gives each class's figure under its number. Default `'macro'`.
   */
  average?: Average | undefined;
  /**
   * The classes that count, scikit-learn's `labels`: `[1]` for the F1 of a yes-or-no question. Default: all of
   * `numClasses`, or, without `numClasses`, the classes that were predicted or targets so far.
   */
  classes?: readonly number[] | undefined;
  /** The value of a figure whose denominator is 0: 0, 1, or NaN, which averages leave out. Default 0. */
  zeroDivision?: ZeroDivision | undefined;
}

export const averageKinds = {
  average: kind.choice('micro', 'macro', 'weighted', 'none'),
  zeroDivision: {
    expected: '0, 1 or NaN',
    fits: (value: unknown) => value === 0 || value === 1 || Number.isNaN(value),
  },
};

/** The common base of precision, recall and F1, which counts. */
export abstract class ClassFigure
  implements Metric<[predictions: ArrayLike<number>, targets: ArrayLike<number>]>
{
  readonly higherIsBetter = true;
  readonly #owner: string;
  readonly #figure: 'precision' | 'recall' | 'f1';
  readonly #options: ClassFigureOptions;
  #counts: CountsByClass<number>;
  #empty = true;

  constructor(owner: string, figure: 'precision' | 'recall' | 'f1', options: ClassFigureOptions) {
    const kinds = {
      ...classKinds,
      ...averageKinds,
      classes: kind.listOf(classKind(options?.numClasses)),
    };
    this.#owner = owner;
    this.#figure = figure;
    this.#options = checkOptions(owner, options, kinds);
    this.#counts = this.#zeroCounts();
  }

  /**
   * @param predictions classes
   * @param targets the correct classes, as many as predictions
   * @throws when the lengths differ, or a value is not a class
   */
  update(predictions: ArrayLike<number>, targets: ArrayLike<number>): void {
    const owner = `${this.#owner}.update`;
    eachClassPair(owner, { predictions, targets }, this.#options, (prediction, target) => {
      this.#empty = false;
      this.#counts.of(prediction).predicted++;
      this.#counts.of(target).actual++;
      if (prediction === target) this.#counts.of(target).right++;
    });
  }

  /** The average, or with `'none'` each class's figure under its number; NaN before any update. */
  compute(): number | Readonly<Record<string, number>> {
    const { average = 'macro' } = this.#options;
    if (this.#empty && average !== 'none') return Number.NaN;
    return figureOf(this.report(), average, this.#figure);
  }

  /** Precision, recall, F1 and support of each class, and all averages. */
  report(): ClassReport {
    const { classes, zeroDivision = 0 } = this.#options;
    const counted = this.#counts.entries().sort(([a], [b]) => a - b);
    const reported = classes ? counted.filter(([name]) => classes.includes(name)) : counted;
    return classReport(reported, zeroDivision);
  }

  reset(): void {
    this.#counts = this.#zeroCounts();
    this.#empty = true;
  }

  #zeroCounts(): CountsByClass<number> {
    const { classes = [], numClasses = 0 } = this.#options;
    return new CountsByClass([...classes, ...Array(numClasses).keys()]);
  }
}
