import type { Variable } from '@tensorflow/tfjs-core';
import { onRollback, replayable } from '@unroll/backend/operations';

/**
 * Counts an update now, and again with each replay of the step that it is a part of. A backend that takes the step back, takes the
 * count back too.
 *
 * @param variables those that the update assigned: the first of them to be taken back takes the count along
 * @param count counts, and returns how that is taken back
 * @param unmake removes what this call alone has made, as state; a replay makes nothing
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
