import {
  All,
  Any,
  backend_util,
  type DataType,
  Max,
  Mean,
  Min,
  Prod,
  Sum,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import { workgroupsFor } from '../programs/each-item.ts';
import { add, type Combine, joinLanes, powerOfTwo } from '../programs/lanes.ts';
import { isNaNFunction } from '../programs/not-a-number.ts';
import { programs } from '../programs/program.ts';
import type { WebgpuBackend } from '../webgpu-backend.ts';
import { tfjsKernel, type WebgpuKernel } from './webgpu-kernel.ts';

export type Reduction = 'sum' | 'prod' | 'max' | 'min' | 'any' | 'all';
type Type = 'f32' | 'i32';

interface Operation {
  readonly combine: Combine;
  /** The neutral element of the reduction */
  readonly identity: Readonly<Record<Type, number>>;
}

const LEAST = -(2 ** 31);
const operations: Readonly<Record<Reduction, Operation>> = {
  sum: { combine: add, identity: { f32: 0, i32: 0 } },
  prod: { combine: (a, b) => `${a} * ${b}`, identity: { f32: 1, i32: 1 } },
  max: {
    combine: (a, b) => `outermost(${a}, ${b})`,
    identity: { f32: Number.NEGATIVE_INFINITY, i32: LEAST },
  },
  min: {
    combine: (a, b) => `outermost(${a}, ${b})`,
    identity: { f32: Number.POSITIVE_INFINITY, i32: -1 - LEAST },
  },
  any: { combine: (a, b) => `${a} | ${b}`, identity: { f32: 0, i32: 0 } },
  all: { combine: (a, b) => `${a} & ${b}`, identity: { f32: 1, i32: 1 } },
};

/** WGSL: the larger or the smaller of two numbers; NaN if one of them is NaN. */
function outermost(reduction: Reduction, type: Type): string {
  if (reduction !== 'max' && reduction !== 'min') return '';
  const nanFirst = type === 'f32' ? 'if (isNaN(a)) { return a; } if (isNaN(b)) { return b; }' : '';
  return `
${isNaNFunction}
fn outermost(a: ${type}, b: ${type}) -> ${type} { ${nanFirst} return ${reduction}(a, b); }`;
}

const THREADS = 256;

/**
 * Number of elements that a thread combines one by one. A longer axis gets more threads, then more workgroups, whose
 * results are reduced in another pass.
 */
const TERMS = 32;

interface Choices {
  readonly reduction: Reduction;
  readonly type: Type;
  readonly result: Type;
  readonly lanes: number;
  /**
   * Whether the reduced elements are neighbours in memory. Then neighbouring threads take these, otherwise neighbouring
   * outputs.
   */
  readonly rows: boolean;
  /** Whether the result is divided by the number in the parameters */
  readonly divides: boolean;
}

/**
 * Reduces each part of `height` elements along the middle axis of `[outer, reduced, inner]` to one number: `[outer,
 * parts, inner]`.
 */
const reduceParts = programs<Choices>(({ reduction, type, result, lanes, rows, divides }) => {
  const { combine } = operations[reduction];
  const outputs = THREADS / lanes;
  return {
    name: `reduction, ${reduction}`,
    params: {
      size: 'u32',
      reduced: 'u32',
      inner: 'u32',
      parts: 'u32',
      height: 'u32',
      identity: result,
      ...(divides && { divisor: 'f32' }),
    },
    buffers: { x: ['read', type], y: ['read_write', result] },
    code: `
${outermost(reduction, result)}
${joinLanes('join', { threads: THREADS, lanes }, combine, result)}
@compute @workgroup_size(${THREADS})
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let lane = thread ${rows ? `% ${lanes}u` : `/ ${outputs}u`};
  let output = thread ${rows ? `/ ${lanes}u` : `% ${outputs}u`};
  let index = (workgroup.y * workgroups.x + workgroup.x) * ${outputs}u + output;
  let outer = index / params.inner / params.parts;
  let part = index / params.inner % params.parts;
  let end = min(params.reduced, (part + 1u) * params.height);
  var value = params.identity;
  if (index < params.size) {
    let first = outer * params.reduced * params.inner + index % params.inner;
    for (var i = part * params.height + lane; i < end; i += ${lanes}u) {
      value = ${combine('value', `${result}(x[first + i * params.inner])`)};
    }
  }
  value = join(value, lane, output);
  if (lane == 0u && index < params.size) { y[index] = value${divides ? ' / params.divisor' : ''}; }
}`,
  };
});

/** A tensor as `[outer, reduced, inner]` */
export interface Folded {
  readonly outer: number;
  readonly reduced: number;
  readonly inner: number;
}

/** The number of outputs that keep a GPU busy without many threads per output. */
const MANY = 1024;

/** Number of threads per output. */
function lanesFor({ outer, reduced, inner }: Folded): number {
  const wanted = powerOfTwo(reduced / (outer * inner < MANY ? 8 : TERMS));
  return Math.min(wanted, Math.max(8, THREADS / powerOfTwo(Math.min(inner, 32))));
}

const typeOf = (dtype: DataType): Type => (dtype === 'float32' ? 'f32' : 'i32');

/**
 * Writes `y`, `[outer, inner]`, in several levels so that long sums keep their digits, and always in the same order.
 */
export function reduceMiddle(
  gpu: WebgpuBackend,
  reduction: Reduction,
  x: TensorInfo,
  y: TensorInfo,
  folded: Folded,
  divisor?: number,
): void {
  const { outer, reduced, inner } = folded;
  const lanes = lanesFor(folded);
  const parts = Math.max(1, Math.ceil(reduced / (lanes * TERMS)));
  const result = typeOf(y.dtype);
  const size = outer * parts * inner;
  const to = parts === 1 ? y : gpu.scratch([size], y.dtype);
  const divides = divisor !== undefined && parts === 1;
  gpu.run(reduceParts({ reduction, type: typeOf(x.dtype), result, lanes, rows: inner === 1, divides }), {
    buffers: { x, y: to },
    params: {
      size,
      reduced,
      inner,
      parts,
      height: lanes * Math.ceil(reduced / parts / lanes),
      identity: operations[reduction].identity[result],
      ...(divides && { divisor }),
    },
    workgroups: workgroupsFor(size, THREADS / lanes),
  });
  if (parts > 1) reduceMiddle(gpu, reduction, to, y, { outer, reduced: parts, inner }, divisor);
}

/** Runs of neighbouring axes among ascending axes, the last run first; axes of size 1 join any run. */
function runsOf(axes: readonly number[], shape: readonly number[]): { first: number; end: number }[] {
  const runs: { first: number; end: number }[] = [];
  for (const axis of axes.toReversed()) {
    const run = runs.at(-1);
    if (run && util.sizeFromShape(shape.slice(axis + 1, run.first)) === 1) run.first = axis;
    else runs.push({ first: axis, end: axis + 1 });
  }
  return runs;
}

interface Reduce {
  readonly reduction: Reduction;
  /** Default: all */
  readonly axes: number | number[] | null | undefined;
  readonly keepDims: boolean;
  readonly dtype: DataType;
  /** Whether to divide the sum to get a mean */
  readonly mean?: boolean;
}

/** Reduces along any axes; runs of axes that are not neighbours are reduced one after another. */
function reduce(gpu: WebgpuBackend, x: TensorInfo, options: Reduce): TensorInfo {
  const { reduction, keepDims, dtype, mean = false } = options;
  const axes = util
    .parseAxisParam(options.axes ?? x.shape.map((_, axis) => axis), x.shape)
    .sort((a, b) => a - b);
  const [shape, reducedShape] = backend_util.computeOutAndReduceShapes(x.shape, axes);
  const y = gpu.output(keepDims ? backend_util.expandShapeToKeepDim(shape, axes) : shape, dtype);
  const runs = runsOf(axes, x.shape);
  if (runs.length === 0) runs.push({ first: x.shape.length, end: x.shape.length });
  const sizes = [...x.shape];
  let from = x;
  runs.forEach(({ first, end }, i) => {
    const folded = {
      outer: util.sizeFromShape(sizes.slice(0, first)),
      reduced: util.sizeFromShape(sizes.slice(first, end)),
      inner: util.sizeFromShape(sizes.slice(end)),
    };
    const isLast = i === runs.length - 1;
    const to = isLast ? y : gpu.scratch([folded.outer * folded.inner], dtype);
    const divisor = isLast && mean ? util.sizeFromShape(reducedShape) : undefined;
    reduceMiddle(gpu, reduction, from, to, folded, divisor);
    sizes.fill(1, first, end);
    from = to;
  });
  return y;
}

interface SumAttrs {
  readonly axis: number | number[];
  readonly keepDims: boolean;
}

interface MaxAttrs {
  readonly reductionIndices: number | number[];
  readonly keepDims: boolean;
}

const dtypeOfSum = ({ dtype }: TensorInfo): DataType => (dtype === 'bool' ? 'int32' : dtype);
const isNumeric = ({ dtype }: TensorInfo): boolean => dtype !== 'complex64' && dtype !== 'string';

const axisKernel = (kernelName: string, reduction: Reduction, dtypeOf: (x: TensorInfo) => DataType) =>
  tfjsKernel<{ x: TensorInfo }, SumAttrs>(kernelName, ({ x }, { axis, keepDims }, gpu) =>
    isNumeric(x) ? reduce(gpu, x, { reduction, axes: axis, keepDims, dtype: dtypeOf(x) }) : undefined,
  );

const extreme = (kernelName: string, reduction: 'max' | 'min') =>
  tfjsKernel<{ x: TensorInfo }, Partial<MaxAttrs> & Partial<SumAttrs>>(
    kernelName,
    ({ x }, { axis, reductionIndices, keepDims = false }, gpu) =>
      isNumeric(x)
        ? reduce(gpu, x, { reduction, axes: reductionIndices ?? axis, keepDims, dtype: dtypeOfSum(x) })
        : undefined,
  );

const mean = tfjsKernel<{ x: TensorInfo }, SumAttrs>(Mean, ({ x }, { axis, keepDims }, gpu) =>
  isNumeric(x)
    ? reduce(gpu, x, { reduction: 'sum', axes: axis, keepDims, dtype: 'float32', mean: true })
    : undefined,
);

export const reductionKernels: readonly WebgpuKernel[] = [
  axisKernel(Sum, 'sum', dtypeOfSum),
  axisKernel(Prod, 'prod', dtypeOfSum),
  axisKernel(Any, 'any', () => 'bool'),
  axisKernel(All, 'all', () => 'bool'),
  extreme(Max, 'max'),
  extreme(Min, 'min'),
  mean,
];
