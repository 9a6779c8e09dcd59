import type { TensorInfo } from '@tensorflow/tfjs-core';
import { workgroupsFor } from '../programs/each-item.ts';
import type { Program } from '../programs/program.ts';
import type { WebgpuBackend } from '../webgpu-backend.ts';
import { pieces } from './loop-tile.ts';
import type { LoopPlan } from './plan.ts';

/** A walk through all steps of a sequence */
export interface Walk {
  /** Tensors by the names of the programs' buffers */
  readonly buffers: Readonly<Record<string, TensorInfo | undefined>>;
  readonly steps: number;
  readonly rows: number;
}

/** Records the walk as a loop, one piece after another. */
export function runLoop(
  gpu: WebgpuBackend,
  program: Program,
  { tile, stepsAtOnce }: LoopPlan,
  { buffers, steps, rows }: Walk,
): void {
  for (const piece of pieces(steps, stepsAtOnce)) {
    gpu.run(program, {
      buffers,
      params: { steps, rows, ...piece },
      workgroups: workgroupsFor(rows, tile.rows),
    });
  }
}
