import { checkOptions, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import type { Dataset } from './dataset.ts';
import { indexed } from './in-memory.ts';
import { checkSeries, type Series, stepsFrom } from './series-of-steps.ts';

export interface WindowsOptions {
  /** Number of steps in the input */
  inputLength: number;
  /** Number of steps in the target. Default 1. */
  targetLength?: number | undefined;
  /**
   * The first step of the target, counted from the first step of the input. Default `inputLength`: the target follows
   * the input. With 1 and a target as long as the input, the target is each step's next step: the task of a language
   * model.
   */
  targetOffset?: number | undefined;
  /** Number of steps from the beginning of one window to the next. Default 1. */
  stride?: number | undefined;
}

const kinds = {
  inputLength: kind.required(kind.whole(1)),
  targetLength: kind.whole(1),
  targetOffset: kind.whole(0),
  stride: kind.whole(1),
};

export interface Window<Steps> {
  /** `inputLength` steps */
  readonly input: Steps;
  /** `targetLength` steps */
  readonly target: Steps;
}

/**
 * The windows of a series, each with the target that a model should predict from it. Windows that would pass the end of
 * the series are left out. Windows of a typed array are views.
 *
 * @param series steps in order: an array of numbers or of rows, or a typed array
 * @throws when the series is shorter than one window
 *
 * @example
 * windows(prices, { inputLength: 30 }); // 30 days, and the day after
 * // Each character's next; `[L, N]`, steps first, as recurrent layers take them.
 * const next = windows(characters, { inputLength: 64, targetLength: 64, targetOffset: 1, stride: 64 });
 * batches(next, { batchSize: 32, collate: fields({ input: padded(), target: padded() }) });
 *
 * @see https://www.tensorflow.org/api_docs/python/tf/keras/utils/timeseries_dataset_from_array
 */
export function windows<S extends Series>(series: S, options: WindowsOptions): Dataset<Window<S>> {
  const given = checkOptions('windows', options, kinds);
  const { inputLength, targetLength = 1, targetOffset = inputLength, stride = 1 } = given;
  checkSeries('windows', series);
  const span = Math.max(inputLength, targetOffset + targetLength);
  if (series.length < span) {
    throw new ArgumentError(
      'windows',
      'series',
      `has ${series.length} steps; a window with its target takes ${span}`,
    );
  }
  return indexed('windows', Math.floor((series.length - span) / stride) + 1, (index) => {
    const start = index * stride;
    return {
      input: stepsFrom(series, start, inputLength),
      target: stepsFrom(series, start + targetOffset, targetLength),
    };
  });
}
