import type { Rank, Tensor, Tensor1D, Tensor2D, Tensor3D, Variable } from '@tensorflow/tfjs-core';
import { checkDtype, checkFeatures, checkOptions, checkRank, checkSteps } from '@unroll/backend/checks';
import { checkLengths } from '@unroll/seq2seq/checks';
import { type LengthOptions, lengthKinds } from '../source-lengths.ts';

/** The scores from which a chain's paths are added up. */
export interface Chain {
  /** `[N, L, K]` */
  readonly scores: Tensor3D;
  /** `[K, K]`, from the row's tag to the column's */
  readonly transitions: Tensor2D;
  /** `[K]` */
  readonly start: Tensor1D;
  /** `[K]` */
  readonly end: Tensor1D;
  /** Number of steps of each row, in 1…L; undefined: L each */
  readonly lengths: readonly number[] | undefined;
}

/** The parameters of a chain, by pytorch-crf's keys. */
export interface ChainParameters {
  readonly start_transitions: Variable<Rank.R1>;
  readonly end_transitions: Variable<Rank.R1>;
  readonly transitions: Variable<Rank.R2>;
}

/** Checks the scores `[N, L, K]` and the lengths, and joins them with the parameters. */
export function chainOf(
  operation: string,
  parameters: ChainParameters,
  scores: Tensor,
  options: LengthOptions,
): Chain {
  const { lengths } = checkOptions(operation, options, lengthKinds);
  const { transitions, start_transitions: start, end_transitions: end } = parameters;
  checkDtype(operation, 'scores', scores, 'float32');
  checkRank(operation, 'scores', scores, 3, ', [N, L, K]');
  checkFeatures(operation, 'scores', scores, 'numTags', start.size);
  checkSteps(operation, 'scores', scores, 1);
  const [rows, steps] = scores.shape as [number, number, number];
  checkLengths(operation, lengths, rows, steps);
  const isRagged = lengths?.some((length) => length < steps);
  return { scores: scores as Tensor3D, transitions, start, end, lengths: isRagged ? lengths : undefined };
}
