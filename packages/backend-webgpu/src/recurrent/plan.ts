import { DEFAULTS } from '../options.ts';
import type { WebgpuBackend } from '../webgpu-backend.ts';
import { type LoopTile, loopTile } from './loop-tile.ts';
import { gateCount, stateSize, type Variant } from './variant.ts';

export interface LoopPlan {
  readonly tile: LoopTile;
  /** Largest number of steps per dispatch */
  readonly stepsAtOnce: number;
}

/**
 * The plan of a loop program. Undefined if step programs are faster by the adapter's measurements, if the options
 * require step programs, or if not even one row fits into workgroup memory.
 *
 * @param floats floats of workgroup memory that the loop program needs per row
 */
export function plan(
  gpu: WebgpuBackend,
  variant: Variant,
  { steps, rows }: { readonly steps: number; readonly rows: number },
  floats: number,
): LoopPlan | undefined {
  const { recurrentKernel, maxDispatchMs = DEFAULTS.maxDispatchMs } = gpu.options;
  if (recurrentKernel === 'step') return undefined;
  const tile = loopTile(gpu, variant, rows, floats);
  if (!tile) return undefined;
  const { speed } = gpu;
  const width = gateCount(variant) * variant.hiddenSize * stateSize(variant);
  const waves = Math.ceil(Math.ceil(rows / tile.rows) / speed.workgroups);
  const loopMs = speed.loopStepMs + waves * tile.rows * width * speed.loopTermMs;
  const stepMs = speed.stepMs + rows * width * speed.stepTermMs;
  if (recurrentKernel === undefined && stepMs < loopMs) return undefined;
  return { tile, stepsAtOnce: Math.min(steps, Math.max(1, Math.floor(maxDispatchMs / loopMs))) };
}
