import { checkOptions, checkValue, kind } from '@unroll/backend/checks';
import { checkList, checkSameLength } from '../../checks.ts';
import type { Metric } from '../metric.ts';
import { classKind } from './class-pairs.ts';

export interface TopKAccuracyOptions {
  /** The number of highest scores among which the target must be. Default 5. */
  k?: number | undefined;
  /** Targets of this class do not count. Default: all count. */
  ignoreIndex?: number | undefined;
}

const kinds = { k: kind.whole(1), ignoreIndex: kind.whole() };

/**
 * How often the target class is among the k highest scores, as `sklearn.metrics.top_k_accuracy_score` with two
 * differences: among equal scores the lower class comes first, as in argmax (scikit-learn: the higher one), and k is 5
 * by default (scikit-learn: 2).
 *
 * @example
 * const accuracy = new TopKAccuracy({ k: 2 });
 * accuracy.update([[0.5, 0.2, 0.3], [0.6, 0.3, 0.1]], [2, 2]);
 * accuracy.compute(); // 0.5
 */
export class TopKAccuracy
  implements Metric<[scores: readonly ArrayLike<number>[], targets: ArrayLike<number>]>
{
  readonly higherIsBetter = true;
  readonly k: number;
  readonly #ignoreIndex: number | undefined;
  #right = 0;
  #count = 0;

  constructor(options: TopKAccuracyOptions = {}) {
    const { k = 5, ignoreIndex } = checkOptions('TopKAccuracy', options, kinds);
    this.k = k;
    this.#ignoreIndex = ignoreIndex;
  }

  /**
   * @param scores a row for each target: a score for each class, in any unit
   * @param targets the correct classes
   * @throws when the lengths differ, a score is NaN, or a target is not one of the row's classes
   */
  update(scores: readonly ArrayLike<number>[], targets: ArrayLike<number>): void {
    const owner = 'TopKAccuracy.update';
    checkList(owner, 'targets', targets, kind.whole());
    checkList(owner, 'scores', scores, kind.anything);
    checkSameLength(owner, { scores, targets });
    const rows = scores.map((row, i) => ({ row, name: `scores[${i}]`, target: targets[i]!, i }));
    const counting = rows.filter(({ target }) => target !== this.#ignoreIndex);
    for (const { row, name, target, i } of counting) {
      checkList(owner, name, row, kind.number);
      checkValue(owner, `targets[${i}]`, target, classKind(row.length));
    }
    this.#count += counting.length;
    this.#right += counting.filter(({ row, target }) => rankOf(row, target) < this.k).length;
  }

  compute(): number {
    return this.#right / this.#count;
  }

  reset(): void {
    this.#right = 0;
    this.#count = 0;
  }
}

/** The number of classes that rank before the target. */
function rankOf(row: ArrayLike<number>, target: number): number {
  const score = row[target]!;
  let rank = 0;
  for (let i = 0; i < row.length; i++) {
    if (row[i]! > score || (row[i] === score && i < target)) rank++;
  }
  return rank;
}
