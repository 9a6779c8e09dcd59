import type { Checkpoint } from '../src/index.ts';

/** A checkpoint without its times. */
export const timeless = ({ written: _, state, ...checkpoint }: Checkpoint) => ({
  ...checkpoint,
  state: JSON.stringify(state, (key, value) => (key === 'epochSeconds' ? 0 : value)),
});
