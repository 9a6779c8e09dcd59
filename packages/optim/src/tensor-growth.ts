import type { Tensor } from '@tensorflow/tfjs-core';
import { followNewTensors, numTensors } from '@unroll/backend/engine';

/** Number of steps in a row with the same growth before the warning */
const STEPS = 50;

/** Most operations that the warning names */
const NAMED = 3;

let hasWarned = false;

/**
 * Warns once in a program, if the number of tensors grows by the same count with each of 50 steps. The warning names the operations that
 * make the tensors left behind.
 */
export class TensorGrowth {
  #count: number | undefined;
  #growth = 0;
  /** Steps in a row that grew alike */
  #alike = 0;
  #stopFollowing: (() => ReadonlyMap<Tensor, string>) | undefined;
  #made: ReadonlyMap<Tensor, string> | undefined;

  /** Call it at the same place of each step. */
  note(operation: string): void {
    if (hasWarned) return;
    const count = numTensors();
    const growth = count - (this.#count ?? count);
    this.#alike = growth > 0 && growth === this.#growth ? this.#alike + 1 : growth > 0 ? 1 : 0;
    this.#growth = growth;
    this.#count = count;
    this.#follow();
    if (this.#alike < STEPS) return;
    hasWarned = true;
    console.warn(this.#warning(operation));
  }

  /** Follows the tensors made in one step, for the warning a step later. */
  #follow(): void {
    const made = this.#stopFollowing?.();
    this.#stopFollowing = undefined;
    this.#made = made ?? (this.#alike > STEPS - 2 ? this.#made : undefined);
    if (this.#alike === STEPS - 2) this.#stopFollowing = followNewTensors();
  }

  #warning(operation: string): string {
    const left = [...(this.#made ?? [])].filter(([tensor]) => !tensor.isDisposed);
    this.#made = undefined;
    const counts = Map.groupBy(left, ([, maker]) => maker);
    const makers = [...counts].sort(([, a], [, b]) => b.length - a.length).slice(0, NAMED);
    const others = counts.size > makers.length ? ' and others' : '';
    const named = makers.map(([maker, tensors]) => `${maker} (${tensors.length})`).join(', ') + others;
    const by = named === '' ? '' : `; the new ones are made by ${named}`;
    return (
      `${operation}: the number of tensors grew by ${this.#growth} with each of the last ${STEPS} steps${by}. ` +
      'A tensor keeps its memory until tensor.dispose(), or a tf.tidy around its making, frees it.'
    );
  }
}
