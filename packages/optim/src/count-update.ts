import type { Variable } from '@tensorflow/tfjs-core';
import { onRollback, replayable } from '@unroll/backend/operations';

/**
 * Counts an update now and in each replay of its step. When the backend rolls the step back, it rolls the count back
 * too.
 *
 * @param variables the variables that the update assigned; the first variable to be rolled back rolls back the count
 * @param count counts, and returns a function that undoes the count
 * @param unmake removes the state that this call made; a replay makes no state
 */
export function countUpdate(
  variables: Iterable<Variable>,
  count: () => () => void,
  unmake: () => void,
): void {
  let isFirst = true;
  const undo = replayable(() => {
    const alsoUnmakes = isFirst;
    isFirst = false;
    const uncount = count();
    return () => {
      uncount();
      if (alsoUnmakes) unmake();
    };
  });
  let isUndone = false;
  const undoOnce = (): void => {
    if (!isUndone) undo();
    isUndone = true;
  };
  for (const variable of variables) onRollback(variable, undoOnce);
}
