import { Cumprod, Cumsum, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { eachItem, workgroupsFor } from '../programs/each-item.ts';
import { programs } from '../programs/program.ts';
import type { WebgpuBackend } from '../webgpu-backend.ts';
import type { Folded } from './reduce.ts';
import { tfjsKernel, type WebgpuKernel } from './webgpu-kernel.ts';

/** Number of elements that a thread processes in sequence. */
const BLOCK = 32;

interface Direction {
  readonly operator: '+' | '*';
  readonly reverse: boolean;
}

interface Choices extends Direction {
  readonly type: 'f32' | 'i32';
}

interface WalkChoices extends Choices {
  readonly exclusive: boolean;
  /** Whether a block starts from the result of the blocks before it */
  readonly hasOffsets: boolean;
}

const identityOf = ({ operator, type }: Choices): string => `${type}(${operator === '+' ? 0 : 1})`;

/** WGSL: the position of the n-th element of the walk along the middle axis of `[outer, reduced, inner]`. */
const placeFunction = ({ reverse }: Direction): string => `
fn placeOf(outer: u32, step: u32, inner: u32) -> u32 {
  let i = ${reverse ? 'params.reduced - 1u - step' : 'step'};
  return (outer * params.reduced + i) * params.inner + inner;
}`;

/** WGSL: the thread's block, of `[outer, blocks, inner]` */
const blockOfThread = `
  let inner = index % params.inner;
  let start = index / params.inner % params.blocks * params.block;
  let outer = index / params.inner / params.blocks;
  let end = min(params.reduced, start + params.block);`;

const params = { size: 'u32', reduced: 'u32', inner: 'u32', blocks: 'u32', block: 'u32' } as const;

const totals = programs<Choices>((choices) => ({
  name: 'cumulation, blocks',
  params,
  buffers: { x: ['read', choices.type], y: ['read_write', choices.type] },
  code: `
${placeFunction(choices)}
${eachItem}
  ${blockOfThread}
  var value = ${identityOf(choices)};
  for (var step = start; step < end; step++) { value = value ${choices.operator} x[placeOf(outer, step, inner)]; }
  y[index] = value;
}`,
}));

const walk = programs<WalkChoices>((choices) => {
  const { operator, type, exclusive, hasOffsets } = choices;
  const result = hasOffsets ? `offsets[index] ${operator} value` : 'value';
  const write = `y[place] = ${result};`;
  return {
    name: 'cumulation',
    params,
    buffers: {
      x: ['read', type],
      ...(hasOffsets && { offsets: ['read', type] as const }),
      y: ['read_write', type],
    },
    code: `
${placeFunction(choices)}
${eachItem}
  ${blockOfThread}
  var value = ${identityOf(choices)};
  for (var step = start; step < end; step++) {
    let place = placeOf(outer, step, inner);
    ${exclusive ? write : ''}
    value = value ${operator} x[place];
    ${exclusive ? '' : write}
  }
}`,
  };
});

interface Cumulation extends Direction, Folded {
  readonly x: TensorInfo;
  readonly y: TensorInfo;
  readonly exclusive: boolean;
}

/**
 * Cumulates along the middle axis. A long axis is cut into blocks, and the blocks' totals are cumulated in the same
 * way.
 */
function cumulate(gpu: WebgpuBackend, job: Cumulation): void {
  const { x, y, outer, reduced, inner, operator, reverse, exclusive } = job;
  const type = x.dtype === 'float32' ? 'f32' : 'i32';
  const isShort = reduced <= 2 * BLOCK;
  const block = isShort ? reduced : BLOCK;
  const blocks = isShort ? 1 : Math.ceil(reduced / BLOCK);
  const size = outer * blocks * inner;
  const common = { params: { size, reduced, inner, blocks, block }, workgroups: workgroupsFor(size) };
  let offsets: TensorInfo | undefined;
  if (!isShort) {
    const sums = gpu.scratch([size], x.dtype);
    gpu.run(totals({ operator, reverse, type }), { ...common, buffers: { x, y: sums } });
    offsets = gpu.scratch([size], x.dtype);
    const along = { operator, reverse: false, exclusive: true };
    cumulate(gpu, { ...along, x: sums, y: offsets, outer, reduced: blocks, inner });
  }
  gpu.run(walk({ operator, reverse, type, exclusive, hasOffsets: !isShort }), {
    ...common,
    buffers: { x, offsets, y },
  });
}

interface Attrs {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

const cumulation = (kernelName: string, operator: '+' | '*') =>
  tfjsKernel<{ x: TensorInfo }, Attrs>(kernelName, ({ x }, { axis, exclusive, reverse }, gpu) => {
    if (x.dtype !== 'float32' && x.dtype !== 'int32') return undefined;
    const y = gpu.output(x.shape, x.dtype);
    const [along = 0] = util.parseAxisParam(axis, x.shape);
    cumulate(gpu, {
      x,
      y,
      operator,
      exclusive,
      reverse,
      outer: util.sizeFromShape(x.shape.slice(0, along)),
      reduced: x.shape[along] ?? 1,
      inner: util.sizeFromShape(x.shape.slice(along + 1)),
    });
    return y;
  });

export const cumulativeKernels: readonly WebgpuKernel[] = [cumulation(Cumsum, '+'), cumulation(Cumprod, '*')];
