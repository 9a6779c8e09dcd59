import { checkOptions, checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import type { Metric } from '../metric.ts';
import { eachClassPair } from './class-pairs.ts';

export interface ConfusionMatrixOptions {
  /** Classes are 0…numClasses−1 */
  numClasses: number;
  /** The names of the classes when the matrix is printed. Default: their numbers. */
  labels?: readonly string[] | undefined;
  /** Targets of this class do not count. Default: all count. */
  ignoreIndex?: number | undefined;
}

/** Over what the shares of a matrix add up to 1: a target class's row, a predicted class's column, or all. */
export type Normalization = 'rows' | 'columns' | 'all';

const kinds = {
  numClasses: kind.required(kind.whole(1)),
  labels: kind.listOf(kind.text, 'an array of strings that are not empty'),
  ignoreIndex: kind.whole(),
};

/**
 * Counts how often each class was predicted for each class, as `sklearn.metrics.confusion_matrix`: rows are the target
 * classes, columns the predicted ones. `compute` returns the accuracy.
 *
 * @example
 * const matrix = new ConfusionMatrix({ numClasses: 2, labels: ['no', 'yes'] });
 * matrix.update([0, 1, 1], [0, 1, 0]);
 * matrix.counts; // [[1, 1], [0, 1]]
 * console.log(`${matrix}`);
 */
export class ConfusionMatrix implements Metric<[predictions: ArrayLike<number>, targets: ArrayLike<number>]> {
  readonly higherIsBetter = true;
  readonly numClasses: number;
  readonly labels: readonly string[];
  readonly #ignoreIndex: number | undefined;
  readonly #counts: Float64Array; // [right, predicted]

  /** @throws unless there is one label for each class */
  constructor(options: ConfusionMatrixOptions) {
    const { numClasses, ignoreIndex, labels } = checkOptions('ConfusionMatrix', options, kinds);
    if (labels && labels.length !== numClasses) {
      throw new ArgumentError('ConfusionMatrix', 'labels', `are ${labels.length}; expected ${numClasses}`);
    }
    this.numClasses = numClasses;
    this.labels = labels ?? Array.from({ length: numClasses }, (_, i) => `${i}`);
    this.#ignoreIndex = ignoreIndex;
    this.#counts = new Float64Array(numClasses * numClasses);
  }

  /**
   * @param predictions classes
   * @param targets the correct classes, as many as predictions
   * @throws when the lengths differ, or a value is not a class
   */
  update(predictions: ArrayLike<number>, targets: ArrayLike<number>): void {
    const { numClasses } = this;
    const options = { numClasses, ignoreIndex: this.#ignoreIndex };
    eachClassPair('ConfusionMatrix.update', { predictions, targets }, options, (prediction, target) => {
      this.#counts[target * numClasses + prediction]!++;
    });
  }

  /** `counts[right][predicted]` */
  get counts(): number[][] {
    return this.labels.map((_, row) => [
      ...this.#counts.subarray(row * this.numClasses, (row + 1) * this.numClasses),
    ]);
  }

  /** The counts as shares of their row, their column or all; 0 where the sum is 0. */
  normalized(over: Normalization = 'rows'): number[][] {
    checkValue('ConfusionMatrix.normalized', 'over', over, kind.choice('rows', 'columns', 'all'));
    const { counts } = this;
    const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
    const rows = counts.map(sum);
    const columns = counts.map((_, column) => sum(counts.map((row) => row[column]!)));
    const whole = { rows: (i: number) => rows[i]!, columns: (_: number, j: number) => columns[j]! };
    const all = sum(rows);
    const wholeOf = over === 'all' ? () => all : whole[over];
    return counts.map((row, i) => row.map((count, j) => (count === 0 ? 0 : count / wholeOf(i, j))));
  }

  /** The accuracy: the share of the diagonal; NaN before any update. */
  compute(): number {
    let right = 0;
    for (let i = 0; i < this.numClasses; i++) right += this.#counts[i * (this.numClasses + 1)]!;
    return right / this.#counts.reduce((sum, count) => sum + count, 0);
  }

  reset(): void {
    this.#counts.fill(0);
  }

  /** A table: target classes down, predicted classes across. */
  toString(): string {
    const rows = [
      ['', ...this.labels],
      ...this.counts.map((row, i) => [this.labels[i]!, ...row.map(String)]),
    ];
    const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => [...row[column]!].length)));
    const padded = (cell: string, width: number) => ' '.repeat(width - [...cell].length) + cell;
    return rows.map((row) => row.map((cell, column) => padded(cell, widths[column]!)).join('  ')).join('\n');
  }
}
