import { workgroupsFor } from '../programs/each-item.ts';
import type { WebgpuBackend } from '../webgpu-backend.ts';
import { packedSize } from './arrange.ts';
import { loopForward } from './loop-forward.ts';
import type { LoopTile } from './loop-tile.ts';
import type { Speed } from './speed.ts';
import { stepForward } from './step-forward.ts';
import { stepTile, stepWorkgroups } from './tiled-product.ts';
import { gateCount, type Variant } from './variant.ts';

/**
 * Hidden sizes for the measurement: for one the fixed cost of a step is larger than its product, for the other it is
 * smaller
 */
const SMALL = 16;
const LARGE = 128;

/** Rows per workgroup of a loop program, as for most batches on a GPU that is not overloaded */
const ROWS = 8;

const MOST_WORKGROUPS = 256;

/** Runs small LSTMs; apart from compilation, this takes tens of milliseconds on a GPU. */
export async function measureSpeed(gpu: WebgpuBackend): Promise<Speed> {
  const loop = (hiddenSize: number, rows: number, steps: number) =>
    timed(gpu, steps, () => runLoop(gpu, hiddenSize, rows, steps));
  const step = (hiddenSize: number, rows: number, steps: number) =>
    timed(gpu, steps, () => runStep(gpu, hiddenSize, rows, steps));

  const [loopStepMs, loopTermMs] = line(
    [terms(SMALL, ROWS), await loop(SMALL, ROWS, 64)],
    [terms(LARGE, ROWS), await loop(LARGE, ROWS, 8)],
  );
  const alone = await loop(LARGE, ROWS, 4);
  let workgroups = 1;
  let together = alone;
  // If twice as many workgroups take hardly longer, part of the GPU was idle.
  while (workgroups < MOST_WORKGROUPS && together < 1.5 * alone) {
    workgroups *= 2;
    together = await loop(LARGE, workgroups * ROWS, 4);
  }
  const parallel = Math.max(1, Math.round((workgroups * alone) / together));
  const [stepMs, stepTermMs] = line(
    [terms(SMALL, 4), await step(SMALL, 4, 64)],
    [terms(LARGE, 64), await step(LARGE, 64, 8)],
  );
  return { workgroups: parallel, loopStepMs, loopTermMs, stepMs, stepTermMs };
}

const variantOf = (hiddenSize: number): Variant => ({
  mode: 'lstm',
  reverse: false,
  hiddenSize,
  projSize: 0,
  hasLengths: false,
  training: false,
});

const terms = (hiddenSize: number, rows: number): number =>
  rows * gateCount({ mode: 'lstm' }) * hiddenSize * hiddenSize;

/** The line y = a + b·x through two points. A lower limit protects both numbers from noise. */
function line([x1, y1]: [number, number], [x2, y2]: [number, number]): [number, number] {
  const slope = Math.max((y2 - y1) / (x2 - x1), (0.1 * y2) / x2);
  return [Math.max(y1 - slope * x1, 0.1 * y1), slope];
}

/** Milliseconds per step: the least of three runs, less the time of a submission alone. */
async function timed(gpu: WebgpuBackend, steps: number, run: () => void): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  let empty = Number.POSITIVE_INFINITY;
  run();
  await gpu.flush();
  for (let i = 0; i < 3; i++) {
    let start = performance.now();
    await gpu.flush();
    empty = Math.min(empty, performance.now() - start);
    start = performance.now();
    run();
    await gpu.flush();
    least = Math.min(least, performance.now() - start);
  }
  return Math.max(least - empty, 0.01) / steps;
}

function runLoop(gpu: WebgpuBackend, hiddenSize: number, rows: number, steps: number): void {
  const variant = variantOf(hiddenSize);
  const tile: LoopTile = { threads: Math.max(32, hiddenSize), rows: ROWS };
  gpu.runKernel(() =>
    gpu.run(loopForward({ variant, tile }), {
      buffers: scratchOf(gpu, variant, rows, steps),
      params: { steps, rows, first: 0, count: steps },
      workgroups: workgroupsFor(rows, ROWS),
    }),
  );
}

function runStep(gpu: WebgpuBackend, hiddenSize: number, rows: number, steps: number): void {
  const variant = variantOf(hiddenSize);
  const tile = stepTile(rows);
  gpu.runKernel(() =>
    gpu.run(stepForward({ variant, hasH0: false, tile }), {
      buffers: scratchOf(gpu, variant, rows, steps),
      params: { steps, rows },
      workgroups: stepWorkgroups(tile, hiddenSize, rows),
      steps,
    }),
  );
}

function scratchOf(gpu: WebgpuBackend, variant: Variant, rows: number, steps: number) {
  const { hiddenSize } = variant;
  const zeros = (...shape: number[]) => {
    const tensor = gpu.scratch(shape);
    gpu.copy(undefined, tensor);
    return tensor;
  };
  return {
    projected: zeros(steps, rows, gateCount(variant) * hiddenSize),
    weights: zeros(packedSize(variant)),
    y: zeros(steps, rows, hiddenSize),
    hN: zeros(rows, hiddenSize),
    cN: zeros(rows, hiddenSize),
  };
}
