import {
  add,
  div,
  exp,
  gather,
  log,
  matMul,
  max,
  maximum,
  reshape,
  squeeze,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tensor1d,
  transpose,
} from '@tensorflow/tfjs-core';
import { sequenceOf, stepsOf, zeroPadding } from '@unroll/backend/operations';
import type { Chain } from './chain.ts';

/** Replaces −∞ where −∞ − (−∞) would be NaN: exp(−∞ − LOWEST) is 0, and log 0 + LOWEST is −∞ again. */
const LOWEST = -3e38;
/** Divides a share of 0, whose quotient does not count, and is large enough that sums of quotients stay finite. */
export const LEAST = 1e-34;

/** What the forward pass leaves for the marginals. With T = L − 1 transitions, `[N, K]` each. */
export interface Passed {
  /** `[N]` */
  readonly logPartition: Tensor1D;
  /** The probabilities of the tags of each row's last step */
  readonly last: Tensor2D;
  /** T tensors: exp(α_t − max α_t), for each tag before a transition */
  readonly weights: readonly Tensor2D[];
  /** T tensors: the weights times the factors of the transitions, for each tag after the transition */
  readonly sums: readonly Tensor2D[];
}

/**
 * The forward algorithm, in logarithms: `α_0 = start + e_0`, `α_t(j) = e_t(j) + log Σ_i exp(α_{t−1}(i) + A(i, j))`, and
 * `log Z = log Σ_i exp(α(i) + end(i))` at each row's last step. The sum over i is a product of matrices: the weights
 * exp(α − max α), times the factors exp(A(i, j) − max A(·, j)). A tag whose α, or a transition, is 87 below the greatest
 * therefore counts as impossible.
 */
export function forwardPass({ scores, transitions, start, end, lengths }: Chain): Passed {
  const [rows] = scores.shape;
  const { highest, factors } = transitionFactors(transitions);
  const timeMajor = transpose(scores, [1, 0, 2]); // [L, N, K]
  const [first, ...rest] = stepsOf(lengths ? zeroPadding(timeMajor, int1d(lengths)) : timeMajor);
  const alphas = [add(first!, start) as Tensor2D];
  const weights: Tensor2D[] = [];
  const sums: Tensor2D[] = [];
  for (const emission of rest) {
    const { greatest, shifted } = shift(alphas.at(-1)!);
    const reached: Tensor2D = matMul(shifted, factors);
    weights.push(shifted);
    sums.push(reached);
    alphas.push(add(add(add(log(reached), highest), greatest), emission) as Tensor2D);
  }
  const atEnd = lengths
    ? gather(joined(alphas), int1d(lengths.map((length, row) => (length - 1) * rows + row)))
    : alphas.at(-1)!;
  const { greatest, shifted } = shift(add(atEnd, end) as Tensor2D);
  const total = sum(shifted, 1, true); // [N, 1]
  const logPartition = squeeze(add(log(total), greatest), [1]) as Tensor1D;
  return { logPartition, last: div(shifted, maximum(total, LEAST)), weights, sums };
}

/** exp(A(i, j) − max A(·, j)), which no transition lets overflow, and the maximum, `[1, K]` */
export function transitionFactors(transitions: Tensor2D): { highest: Tensor; factors: Tensor2D } {
  const highest = maximum(max(transitions, 0, true), LOWEST);
  return { highest, factors: exp(sub(transitions, highest)) as Tensor2D };
}

function shift(alpha: Tensor2D): { greatest: Tensor; shifted: Tensor2D } {
  const greatest = maximum(max(alpha, 1, true), LOWEST); // [N, 1]
  return { greatest, shifted: exp(sub(alpha, greatest)) as Tensor2D };
}

/** The rows of all steps, one step after another: `[steps · N, K]` */
export function joined(steps: readonly Tensor2D[]): Tensor2D {
  const [rows, tags] = steps[0]!.shape;
  return reshape(sequenceOf(steps), [steps.length * rows, tags]);
}

const int1d = (numbers: readonly number[]): Tensor1D => tensor1d([...numbers], 'int32');
