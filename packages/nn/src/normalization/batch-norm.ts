import {
  add,
  cast,
  div,
  mul,
  ones,
  type Rank,
  reshape,
  rsqrt,
  type Scalar,
  scalar,
  sub,
  type Tensor,
  tidy,
  type Variable,
  variable,
  zeros,
} from '@tensorflow/tfjs-core';
import { checkDtype, checkOptions, kind, shapeText } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { swapBatchAndTime } from '../layout.ts';
import { Module } from '../module.ts';
import { optionText } from '../option-text.ts';
import { normalize } from './normalize.ts';

export interface BatchNormOptions {
  /** Channels of the input, its second axis */
  numFeatures: number;
  /** A number that is added to the variance. Default 1e-5. */
  eps?: number | undefined;
  /**
   * The share of a batch's statistics in the running statistics; null: the running statistics are the mean of all
   * batches. Default 0.1.
   */
  momentum?: number | null | undefined;
  /** Whether there are weight and bias. Default true. */
  affine?: boolean | undefined;
  /** Whether there are running statistics. Without them, evaluation uses the batch's statistics too. Default true. */
  trackRunningStats?: boolean | undefined;
}

const kinds = {
  numFeatures: kind.required(kind.whole(1)),
  eps: kind.atLeast(0),
  momentum: {
    expected: 'a finite number or null',
    fits: (value: unknown) => value === null || kind.finite.fits(value),
  },
  affine: kind.flag,
  trackRunningStats: kind.flag,
};

interface RunningStatistics {
  /** `[numFeatures]` */
  readonly mean: Variable<Rank.R1>;
  /** `[numFeatures]`, unbiased */
  readonly variance: Variable<Rank.R1>;
  /** The number of batches in the statistics, int32 */
  readonly count: Variable<Rank.R0>;
}

/** The common part of `BatchNorm1d` and `BatchNorm2d`. */
export abstract class BatchNorm extends Module {
  readonly numFeatures: number;
  readonly eps: number;
  readonly momentum: number | null;
  readonly affine: boolean;
  readonly trackRunningStats: boolean;
  /** `[numFeatures]`, 1 at first */
  readonly weight?: Variable<Rank.R1>;
  /** `[numFeatures]`, 0 at first */
  readonly bias?: Variable<Rank.R1>;
  /** `[numFeatures]`, 0 at first: a buffer, like the next two, named as in PyTorch's keys */
  readonly running_mean?: Variable<Rank.R1>;
  /** `[numFeatures]`, unbiased, 1 at first */
  readonly running_var?: Variable<Rank.R1>;
  /** The number of batches in the statistics, int32 */
  readonly num_batches_tracked?: Variable<Rank.R0>;
  readonly #name: string;
  readonly #running?: RunningStatistics;

  protected constructor(name: string, options: BatchNormOptions) {
    super();
    const given = checkOptions(name, options, kinds);
    const { numFeatures, eps = 1e-5, momentum = 0.1, affine = true, trackRunningStats = true } = given;
    this.#name = name;
    this.numFeatures = numFeatures;
    this.eps = eps;
    this.momentum = momentum;
    this.affine = affine;
    this.trackRunningStats = trackRunningStats;
    if (affine) {
      this.weight = tidy(() => variable(ones<Rank.R1>([numFeatures])));
      this.bias = tidy(() => variable(zeros<Rank.R1>([numFeatures])));
    }
    if (trackRunningStats) {
      this.#running = this.#track();
      this.running_mean = this.#running.mean;
      this.running_var = this.#running.variance;
      this.num_batches_tracked = this.#running.count;
    }
  }

  override extraRepr(): string {
    const { numFeatures, eps, momentum, affine, trackRunningStats } = this;
    return `${numFeatures}, ${optionText({ eps, momentum, affine, trackRunningStats })}`;
  }

  #track(): RunningStatistics {
    const { numFeatures } = this;
    const running = {
      mean: tidy(() => variable(zeros<Rank.R1>([numFeatures]))),
      variance: tidy(() => variable(ones<Rank.R1>([numFeatures]))),
      count: tidy(() => variable(scalar(0, 'int32'))),
    };
    this.registerBuffer('running_mean', running.mean);
    this.registerBuffer('running_var', running.variance);
    this.registerBuffer('num_batches_tracked', running.count);
    return running;
  }

  /** The shapes that an input may have, by their number of axes. */
  protected abstract readonly forms: Readonly<Record<number, string>>;

  /**
   * @param input `[N, numFeatures, …]`
   * @returns the input's shape
   * @throws where the input has other axes or channels, and where the batch's statistics would be of a single number
   */
  forward(input: Tensor): Tensor {
    this.#check(input);
    const { numFeatures } = this;
    const running = this.#running;
    const usesBatch = !running || this.training;
    const count = input.size / numFeatures;
    if (usesBatch && count === 1) {
      throw new ArgumentError(
        `${this.#name}.forward`,
        'input',
        `has one number for each channel (shape ${shapeText(input.shape)}); expected more of them in training`,
      );
    }
    return tidy(() => {
      if (this.training && running) running.count.assign(add<Scalar>(running.count, scalar(1, 'int32')));
      if (count === 0) {
        // tfjs's gradient of a broadcast sums over a missing axis, but not over an axis of size 1 beside an empty one. So the
        // channels come last.
        const rows = reshape(input, [0, numFeatures]);
        return reshape(this.#scaled(rows, [numFeatures]), input.shape);
      }
      const byChannel = swapBatchAndTime(input); // [C, N, …]
      const rows = reshape(byChannel, [numFeatures, count]);
      const normalized = usesBatch ? this.#byBatch(rows) : this.#byRunning(rows, running);
      return swapBatchAndTime(reshape(this.#scaled(normalized, [numFeatures, 1]), byChannel.shape));
    });
  }

  /** Multiplies by the weight and adds the bias, both reshaped to `shape`. */
  #scaled(normalized: Tensor, shape: number[]): Tensor {
    const scaled = this.weight ? mul(normalized, reshape(this.weight, shape)) : normalized;
    return this.bias ? add(scaled, reshape(this.bias, shape)) : scaled;
  }

  #check(input: Tensor): void {
    const operation = `${this.#name}.forward`;
    checkDtype(operation, 'input', input, 'float32');
    const { rank, shape } = input;
    if (!Object.hasOwn(this.forms, rank)) {
      const expected = Object.values(this.forms).join(' or ');
      throw new ArgumentError(operation, 'input', `has shape ${shapeText(shape)}; expected ${expected}`);
    }
    if (shape[1] === this.numFeatures) return;
    throw new ArgumentError(
      operation,
      'input',
      `has ${shape[1]} features in its channel axis (shape ${shapeText(shape)}); numFeatures is ${this.numFeatures}`,
    );
  }

  /** @param rows `[C, M]` */
  #byBatch(rows: Tensor): Tensor {
    const running = this.training ? this.#running : undefined;
    return normalize(this.#name, rows, 1, this.eps, (mean, variance) => {
      if (running) this.#update(running, rows.shape[1]!, mean, variance);
    });
  }

  #byRunning(rows: Tensor, { mean, variance }: RunningStatistics): Tensor {
    const column = (statistic: Tensor) => reshape(statistic, [this.numFeatures, 1]);
    return mul(sub(rows, column(mean)), rsqrt(add(column(variance), this.eps)));
  }

  /**
   * `r ← (1 − m)·r + m·s` for each running statistic `r` and the batch's statistic `s`. The batch's variance is made
   * unbiased.
   */
  #update(running: RunningStatistics, size: number, mean: Tensor, variance: Tensor): void {
    const { momentum, numFeatures } = this;
    const [kept, taken] = momentum === null ? this.#equalShares(running) : [1 - momentum, momentum];
    const move = (statistic: Variable<Rank.R1>, batch: Tensor) =>
      statistic.assign(add(mul(statistic, kept), mul(reshape(batch, [numFeatures]), taken)));
    move(running.mean, mean);
    move(running.variance, mul(variance, size / (size - 1)));
  }

  /** The shares of the earlier batches and of this one, so that all batches count the same. */
  #equalShares({ count }: RunningStatistics): [before: Tensor, now: Tensor] {
    const now = div(1, cast(count, 'float32'));
    return [sub(1, now), now];
  }
}
