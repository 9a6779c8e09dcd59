import { sum, type Tensor3D } from '@tensorflow/tfjs-core';
import { readSteps } from './read-steps.ts';

/**
 * Throws where a step before its row's end has a score that is NaN.
 *
 * @param scores `[N, S, K]`
 * @param counts number of steps of each row
 */
export async function checkScores(
  operation: string,
  scores: Tensor3D,
  counts: readonly number[],
): Promise<void> {
  const sums = await readSteps(sum(scores, 2), counts);
  for (const [row, steps] of sums.entries()) {
    const step = steps.findIndex(([total]) => Number.isNaN(total));
    if (step >= 0) throw new Error(`${operation}: the scores of row ${row}, step ${step}, are not finite`);
  }
}
