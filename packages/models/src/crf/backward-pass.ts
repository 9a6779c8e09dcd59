import {
  add,
  div,
  matMul,
  maximum,
  mul,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  tensor3d,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { sequenceOf, stepsOf } from '@unroll/backend/operations';
import type { Chain } from './chain.ts';
import { joined, LEAST, type Passed, transitionFactors } from './forward-pass.ts';

/** The derivatives of `Σ_n factor_n · log Z_n`. */
export interface Derivatives {
  /** `[L, N, K]`, the marginal of each tag at each step, times the row's factor; 0 past a row's end */
  readonly steps: Tensor3D;
  /** `[K, K]` */
  readonly transitions: Tensor2D;
  /** `[K]` */
  readonly start: Tensor1D;
  /** `[K]` */
  readonly end: Tensor1D;
}

/**
 * The backward pass: a tag's marginal is its share of the marginals of the tags that follow,
 * `p_{t−1}(i) = Σ_j p_t(j) · w(i)·exp(A(i, j)) / Σ_i' w(i')·exp(A(i', j))`, where a factor of all A(·, j) cancels. The terms of the sum, added over all steps,
 * are the expected number of transitions from i to j.
 *
 * @param factors `[N, 1]`
 */
export function backwardPass(
  { last, weights, sums }: Pick<Passed, 'last' | 'weights' | 'sums'>,
  { transitions, lengths }: Pick<Chain, 'transitions' | 'lengths'>,
  factors: Tensor,
): Derivatives {
  const { factors: exponentials } = transitionFactors(transitions);
  const atEnd = mul(last, factors) as Tensor2D;
  const ends = lengths && stepsOf(endsOf(lengths, weights.length + 1));
  const endingAt = (step: number) => (ends ? (mul(atEnd, ends[step]!) as Tensor2D) : undefined);
  let marginal = endingAt(weights.length) ?? atEnd;
  const marginals = [marginal];
  const quotients: Tensor2D[] = [];
  for (let t = weights.length - 1; t >= 0; t--) {
    const quotient = div(marginal, maximum(sums[t]!, LEAST)) as Tensor2D;
    const before = mul(weights[t]!, matMul(quotient, exponentials, false, true)) as Tensor2D;
    const ending = endingAt(t);
    marginal = ending ? add(before, ending) : before;
    quotients.unshift(quotient);
    marginals.unshift(marginal);
  }
  return {
    steps: sequenceOf(marginals),
    transitions:
      weights.length === 0
        ? zerosLike(transitions)
        : mul(exponentials, matMul(joined(weights), joined(quotients), true)),
    start: sum(marginal, 0),
    end: sum(atEnd, 0),
  };
}

/** `[L, N, 1]`: 1 at each row's last step */
function endsOf(lengths: readonly number[], steps: number): Tensor3D {
  const ends = new Float32Array(steps * lengths.length);
  for (const [row, length] of lengths.entries()) ends[(length - 1) * lengths.length + row] = 1;
  return tensor3d(ends, [steps, lengths.length, 1]);
}
