import type { WebgpuBackend } from '../webgpu-backend.ts';
import { loopForward, loopForwardFloats } from './loop-forward.ts';
import { plan } from './plan.ts';
import { stepForward, stepProjection } from './step-forward.ts';
import { stepTile, stepWorkgroups } from './tiled-product.ts';
import type { Variant } from './variant.ts';
import { runLoop, type Walk } from './walk.ts';

/** Records the forward walk through all steps, as a loop or step by step. */
export function runForward(gpu: WebgpuBackend, variant: Variant, walk: Walk): void {
  const loop = plan(gpu, variant, walk, loopForwardFloats(variant));
  if (loop) runLoop(gpu, loopForward({ variant, tile: loop.tile }), loop, walk);
  else runSteps(gpu, variant, walk);
}

function runSteps(gpu: WebgpuBackend, variant: Variant, { buffers, steps, rows }: Walk): void {
  const { hiddenSize, projSize } = variant;
  const tile = stepTile(rows);
  const params = { steps, rows };
  const forward = stepForward({ variant, hasH0: buffers.h0 !== undefined, tile });
  const workgroups = stepWorkgroups(tile, hiddenSize, rows);
  if (projSize === 0) {
    gpu.run(forward, { buffers, params, workgroups, steps });
    return;
  }
  const withHidden = { ...buffers, hidden_: gpu.scratch([rows, hiddenSize]) };
  const projection = stepProjection({ variant, tile });
  for (let firstStep = 0; firstStep < steps; firstStep++) {
    gpu.run(forward, { buffers: withHidden, params, workgroups, firstStep });
    gpu.run(projection, {
      buffers: withHidden,
      params,
      workgroups: stepWorkgroups(tile, projSize, rows),
      firstStep,
    });
  }
}
