import { concat, split, stack, type Tensor2D, type Tensor3D, unstack } from '@tensorflow/tfjs-core';

/*
 * Splits a sequence into its steps, and joins steps to a sequence, by operations of at most 32 tensors, in as many
 * levels as needed. A single operation of all T steps would be a different operation for each T. A backend that
 * compiles operations would compile it again for each length.
 */

const MOST = 32;

/** The steps `[N, F]` of `[T, N, F]`. */
export function stepsOf(sequence: Tensor3D): Tensor2D[] {
  const [steps] = sequence.shape;
  if (steps <= MOST) return unstack(sequence) as Tensor2D[];
  return split(sequence, partSizes(steps), 0).flatMap((part) => stepsOf(part as Tensor3D));
}

/** Joins steps `[N, F]` to `[T, N, F]`. */
export function sequenceOf(steps: readonly Tensor2D[]): Tensor3D {
  if (steps.length <= MOST) return stack([...steps]) as Tensor3D;
  let start = 0;
  const parts = partSizes(steps.length).map((size) => {
    start += size;
    return sequenceOf(steps.slice(start - size, start));
  });
  return concat(parts, 0);
}

/** Powers of 32, and the rest. */
function partSizes(steps: number): number[] {
  let size = MOST;
  while (size * MOST < steps) size *= MOST;
  const whole = Math.floor(steps / size);
  const rest = steps - whole * size;
  return [...new Array<number>(whole).fill(size), ...(rest > 0 ? [rest] : [])];
}
