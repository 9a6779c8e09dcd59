import type { Budget } from '@unroll/train';

/** Ends a run after some updates, with the interface of a time limit. Runs on different backends then do the same. */
export function stepLimit(steps: number): Budget {
  let done = 0;
  return {
    get fraction(): number {
      return Math.min(done / steps, 1);
    },
    observe(event) {
      if (event.type === 'step') done = event.step;
      return done >= steps ? `${steps} updates are made` : undefined;
    },
    state: () => ({ done }),
    load(state) {
      ({ done } = state as { done: number });
    },
  };
}
