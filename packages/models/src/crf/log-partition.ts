import {
  ones,
  reshape,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  transpose,
  zeros,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { differentiable, tidyResult } from '@unroll/backend/operations';
import { backwardPass } from './backward-pass.ts';
import type { Chain } from './chain.ts';
import { forwardPass } from './forward-pass.ts';

/**
 * `log Z`, the logarithm of the sum of exp(score) over all paths of each row, `[N]`. Its derivatives are the marginals
 * and the expected numbers of transitions, by one backward pass.
 */
export function logPartition(chain: Chain): Tensor1D {
  const { scores, transitions, start, end, lengths } = chain;
  const [rows, , tags] = scores.shape;
  const [partition] = differentiable({
    firstOrderOnly: 'LinearChainCrf',
    inputs: { scores, transitions, start, end },
    forward: (save) => {
      if (rows === 0) return [zeros([0])];
      const { logPartition, last, weights, sums } = forwardPass(chain);
      for (const tensor of [transitions, last, ...weights, ...sums]) save(tensor);
      return [logPartition];
    },
    backward: ([dPartition], saved) => {
      if (rows === 0) {
        const [noScores, noTransitions] = [zeros(scores.shape), zeros([tags, tags])];
        return thunks({
          scores: noScores,
          transitions: noTransitions,
          start: zeros([tags]),
          end: zeros([tags]),
        });
      }
      const [savedTransitions, last, ...others] = saved as Tensor2D[];
      const weights = others.slice(0, others.length / 2);
      const sums = others.slice(others.length / 2);
      const factors = reshape(dPartition!, [rows, 1]);
      const derived = backwardPass(
        { last: last!, weights, sums },
        { transitions: savedTransitions!, lengths },
        factors,
      );
      return thunks({
        scores: transpose(derived.steps, [1, 0, 2]),
        transitions: derived.transitions,
        start: derived.start,
        end: derived.end,
      });
    },
  });
  return partition as Tensor1D;
}

const thunks = (gradients: Readonly<Record<string, Tensor>>): Record<string, () => Tensor> =>
  Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, () => gradient]));

/** The probability of each tag at each step, `[N, L, K]`; 0 past a row's end. */
export function marginals(chain: Chain): Tensor3D {
  const [rows] = chain.scores.shape;
  if (rows === 0) return zerosLike(chain.scores);
  return tidyResult(() => {
    const { steps } = backwardPass(forwardPass(chain), chain, ones([1, 1]));
    return transpose(steps, [1, 0, 2]);
  });
}
