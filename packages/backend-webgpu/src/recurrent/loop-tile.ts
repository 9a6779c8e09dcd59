import type { WebgpuBackend } from '../webgpu-backend.ts';
import { declareRows, rowVectors } from './row-vectors.ts';
import { stateSize, type Variant } from './variant.ts';

/** How the threads of a loop program share the work. */
export interface LoopTile {
  /** Threads of a workgroup; each has the units (hidden features) `lane`, `lane + threads`, … */
  readonly threads: number;
  /** Number of rows that a workgroup processes: 1, 2, 4, 8 or 16 */
  readonly rows: number;
}

/** The piece of the walk: `count` steps starting at `first` */
export const loopParams = { steps: 'u32', rows: 'u32', first: 'u32', count: 'u32' } as const;

/** The beginning of `main` in a loop program: defines `lane` and the workgroup's rows (see `declareRows`). */
export const loopMain = ({ threads, rows }: LoopTile): string => `
@compute @workgroup_size(${threads})
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let row0 = (workgroup.y * workgroups.x + workgroup.x) * ${rows}u;
  if (row0 >= params.rows) { return; }
  ${declareRows(rowVectors(rows))}`;

/** Code for each of `size` items that belong to the thread; `name` is the number of the thread's `u`-th item. */
export const eachOwn = (threads: number, size: number, name: string, code: string): string => `
    for (var u = 0u; u < ${Math.ceil(size / threads)}u; u++) {
      let ${name} = lane + u * ${threads}u;
      if (${name} < ${size}u) { ${code} }
    }`;

/** Possible numbers of rows per workgroup, the largest first */
const ROWS = [16, 8, 4, 2, 1] as const;

/** Largest number of units times rows of a thread with several units; more would not fit into registers. */
const MAX_RESULTS = 32;

/**
 * Divides the work of a loop program: a workgroup gets as many rows as fit into its memory while the GPU's workgroups
 * stay busy. Undefined if not even one row fits.
 *
 * @param floats floats of workgroup memory that the program needs per row
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
  // With more than one unit, a thread's registers hold fewer rows.
  const fits = (count: number) => 4 * floats * count <= memory && units * count <= MAX_RESULTS;
  const fitting = ROWS.filter((count) => fits(count) && count < 2 * rows);
  const chosen = fitting.findLast((count) => count >= wanted) ?? fitting[0];
  return chosen === undefined ? undefined : { threads, rows: chosen };
}

/** A walk over the steps, cut into pieces of equal size with at most `most` steps each. */
export function pieces(steps: number, most: number): { readonly first: number; readonly count: number }[] {
  const size = Math.ceil(steps / Math.ceil(steps / most));
  return Array.from({ length: Math.ceil(steps / size) }, (_, i) => ({
    first: i * size,
    count: Math.min(size, steps - i * size),
  }));
}
