import { checkOptions, kind } from '@unroll/backend/checks';
import { Philox } from '@unroll/backend/operations';
import type { Dataset, DatasetLike } from '../dataset/dataset.ts';
import { datasetOf } from '../dataset/in-memory.ts';
import { subset } from '../dataset/subset.ts';
import { shuffledIndices } from '../order/shuffled-indices.ts';
import { checkRatios, countsOf, type Ratios } from './ratios.ts';

export interface SplitByRatioOptions {
  /** Determines which elements go to which part. Default 0. */
  seed?: number | undefined;
  /**
   * Whether to shuffle the elements first. Do not shuffle a series whose last part should be predicted. Default true.
   */
  shuffle?: boolean | undefined;
}

const kinds = { seed: kind.wholeWithin(0, Number.MAX_SAFE_INTEGER), shuffle: kind.flag };

/**
 * Splits elements into parts of given shares, as `torch.utils.data.random_split`. Every element is in exactly one part.
 *
 * @param ratios the share of each part; they must add up to 1
 *
 * @example
 * const { train, test } = splitByRatio(names, { train: 0.8, test: 0.2 }, { seed: 1 });
 *
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.random_split
 */
export function splitByRatio<T, Part extends string>(
  elements: DatasetLike<T>,
  ratios: Ratios<Part>,
  options: SplitByRatioOptions = {},
): Record<Part, Dataset<T>> {
  const { seed = 0, shuffle = true } = checkOptions('splitByRatio', options, kinds);
  const dataset = datasetOf('splitByRatio', elements);
  const parts = checkRatios('splitByRatio', ratios);
  const counts = countsOf(
    parts.map(([, ratio]) => ratio),
    dataset.length,
  );
  const indices = shuffle
    ? shuffledIndices(dataset.length, new Philox(seed))
    : Float64Array.from({ length: dataset.length }, (_, index) => index);
  let start = 0;
  const split: Partial<Record<Part, Dataset<T>>> = {};
  for (const [place, [part]] of parts.entries()) {
    split[part] = subset(dataset, indices.subarray(start, start + counts[place]!));
    start += counts[place]!;
  }
  return split as Record<Part, Dataset<T>>;
}
