import { reshape, type Tensor, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';
import { checkExactShape, checkOptions, checkRank, kind } from '@unroll/backend/checks';
import { tidyResult } from '@unroll/backend/operations';
import { crossEntropy, type Reduction } from '@unroll/nn';

export interface SequenceCrossEntropyOptions {
  /** Steps with this token do not count */
  paddingToken: number;
  /** ε in [0, 1]: the share of each target's probability that is spread evenly over all tokens. Default 0. */
  labelSmoothing?: number | undefined;
  /** 'mean' or 'sum' over the tokens that count, or 'none': `[N, T]` with 0 at padding. Default 'mean'. */
  reduction?: Reduction | undefined;
}

const kinds = {
  paddingToken: kind.required(kind.whole()),
  labelSmoothing: kind.inside('[0, 1]'),
  reduction: kind.choice('none', 'mean', 'sum'),
};

/**
 * Cross-entropy of each step's scores with the token that the step should predict. Padding does not count.
 *
 * @param scores `[N, T, V]`, before the softmax
 * @param target int32 `[N, T]`
 */
export function sequenceCrossEntropy(
  scores: Tensor3D,
  target: Tensor2D,
  options: SequenceCrossEntropyOptions,
): Tensor {
  checkRank('sequenceCrossEntropy', 'scores', scores, 3, ', [N, T, V]');
  checkExactShape(
    'sequenceCrossEntropy',
    'target',
    target,
    scores.shape.slice(0, 2),
    ', a token for each step',
  );
  const { paddingToken, ...others } = checkOptions('sequenceCrossEntropy', options, kinds);
  return tidyResult(() => {
    const [rows, steps, tokens] = scores.shape;

    const flat: Tensor = reshape(target, [rows * steps]);
    const loss = crossEntropy(reshape(scores, [rows * steps, tokens]), flat, {
      ...others,
      ignoreIndex: paddingToken,
    });
    return options.reduction === 'none' ? reshape(loss, [rows, steps]) : loss;
  });
}
