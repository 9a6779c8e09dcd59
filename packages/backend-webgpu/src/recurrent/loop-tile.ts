import type { WebgpuBackend } from '../webgpu-backend.ts';
import type { LoopTile } from './loop-forward.ts';
import { stateSize, type Variant } from './variant.ts';

/** Rows of a workgroup, most first */
const ROWS = [16, 8, 4, 2, 1] as const;

/** Units times rows of a thread at most where it has several units: more would not stay in registers. */
const MAX_RESULTS = 32;

/**
 * How a loop program shares the work: as many rows a workgroup as keep the GPU's workgroups busy and fit into workgroup memory.
 * Undefined where not even one row fits.
 *
 * @param floats of workgroup memory that the program needs for a row
 */
export function loopTile(
  gpu: WebgpuBackend,
  variant: Variant,
  rows: number,
  floats: number,
): LoopTile | undefined {
  const { maxComputeWorkgroupStorageSize: memory, maxComputeInvocationsPerWorkgroup: most } =
    gpu.device.limits;
  const widest = Math.max(variant.hiddenSize, stateSize(variant));
  const threads = Math.min(most, 256, 32 * Math.ceil(widest / 32));
  const units = Math.ceil(widest / threads);
  const wanted = rows / gpu.speed.workgroups;
  // Beyond one unit a thread's registers hold fewer rows.
  const fits = (count: number) => 4 * floats * count <= memory && units * count <= MAX_RESULTS;
  const fitting = ROWS.filter((count) => fits(count) && count < 2 * rows);
  const chosen = fitting.findLast((count) => count >= wanted) ?? fitting[0];
  return chosen === undefined ? undefined : { threads, rows: chosen };
}

/** A walk over the steps, cut into pieces of equal size, so many steps at most. */
export function pieces(steps: number, most: number): { readonly first: number; readonly count: number }[] {
  const size = Math.ceil(steps / Math.ceil(steps / most));
  return Array.from({ length: Math.ceil(steps / size) }, (_, i) => ({
    first: i * size,
    count: Math.min(size, steps - i * size),
  }));
}
