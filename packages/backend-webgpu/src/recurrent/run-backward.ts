import type { WebgpuBackend } from '../webgpu-backend.ts';
import { loopBackward, loopBackwardFloats } from './loop-backward.ts';
import { type LoopPlan, plan } from './plan.ts';
import { stepBackward, stepBackwardEnd, stepBackwardHidden, stepBackwardProjected } from './step-backward.ts';
import { stepTile, stepWorkgroups } from './tiled-product.ts';
import { gateCount, stateSize, type Variant } from './variant.ts';
import { runLoop, type Walk } from './walk.ts';

interface Way {
  readonly gatesAtOnce: number;
  readonly loop: LoopPlan | undefined;
}

/** Records the backward walk through all steps, as a loop or step by step. */
export function runBackward(gpu: WebgpuBackend, variant: Variant, walk: Walk): void {
  const [all, one] = [gateCount(variant), 1].map((gatesAtOnce) => ({
    gatesAtOnce,
    loop: plan(gpu, variant, walk, loopBackwardFloats(variant, gatesAtOnce)),
  })) as [Way, Way];
  // Keeping all gates in memory needs fewer barriers, but is not worth fewer rows per workgroup.
  const { loop, gatesAtOnce } = all.loop && all.loop.tile.rows === one.loop?.tile.rows ? all : one;
  if (loop) runLoop(gpu, loopBackward({ variant, tile: loop.tile, gatesAtOnce }), loop, walk);
  else runSteps(gpu, variant, walk);
}

function runSteps(gpu: WebgpuBackend, variant: Variant, { buffers, steps, rows }: Walk): void {
  const { hiddenSize, projSize } = variant;
  const tile = stepTile(rows);
  const params = { steps, rows };
  const workgroups = stepWorkgroups(tile, stateSize(variant), rows);
  if (projSize === 0) {
    gpu.run(stepBackward({ variant, tile }), { buffers, params, workgroups, steps });
  } else {
    for (let firstStep = 0; firstStep < steps; firstStep++) {
      gpu.run(stepBackwardProjected({ variant, tile }), { buffers, params, workgroups, firstStep });
      gpu.run(stepBackwardHidden({ variant, tile }), {
        buffers,
        params,
        workgroups: stepWorkgroups(tile, hiddenSize, rows),
        firstStep,
      });
    }
  }
  gpu.run(stepBackwardEnd({ variant, tile }), { buffers, params, workgroups });
}
