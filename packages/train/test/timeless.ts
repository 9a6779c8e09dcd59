import type { Checkpoint } from '../src/index.ts';

/** A checkpoint without what tells the time. */
export const timeless = ({ written: _, state, ...checkpoint }: Checkpoint) => ({
  ...checkpoint,
  state: JSON.stringify(state, (key, value) => (key === 'epochSeconds' ? 0 : value)),
});
