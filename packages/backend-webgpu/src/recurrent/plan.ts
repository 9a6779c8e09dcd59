import { DEFAULTS } from '../options.ts';
import type { WebgpuBackend } from '../webgpu-backend.ts';
import { type LoopTile, loopTile } from './loop-tile.ts';
import { gateCount, stateSize, type Variant } from './variant.ts';

export interface LoopPlan {
  readonly tile: LoopTile;
  /** Steps of a dispatch at most */
  readonly stepsAtOnce: number;
}

/**
 * The plan of a loop program; undefined where step programs take less time by the adapter's measurements, where the options ask for
 * them, and where not one row fits into workgroup memory.
 *
 * @param floats of workgroup memory that the loop program needs for a row
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
