import type { TensorInfo } from '@tensorflow/tfjs-core';
import { eachItem, workgroupsFor } from '../programs/each-item.ts';
import { type Program, programs } from '../programs/program.ts';
import type { WebgpuBackend } from '../webgpu-backend.ts';

interface Choices {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly hasBias: boolean;
  /** Rows and columns of C per workgroup, multiples of 16 */
  readonly tileM: number;
  readonly tileN: number;
  /** Whether the sums are accumulated in blocks */
  readonly isLong: boolean;
}

/** The part of the inner axis that a workgroup holds in its memory at a time */
const DEPTH = 16;

/**
 * The number of products that are added one by one. Longer sums are added block by block, so that they keep their
 * digits.
 */
const BLOCK = 256;

const quad = [0, 1, 2, 3];

/**
 * C = A·B, or for each slice of the inner axis its part of the sum, `[matrices, slices, m, n]`. A workgroup computes a
 * tile of C; a thread computes 4 columns and 4 or 8 rows of it.
 */
const tiles: (choices: Choices) => Program = programs((choices) => {
  const { transposeA, transposeB, hasBias, tileM, tileN, isLong } = choices;
  const rows = tileM === 64 && tileN === 64 ? 8 : 4;
  const threads = (tileM / rows) * (tileN / 4);
  const sums = Array.from({ length: rows }, (_, i) => i);
  /**
   * Fills a tile; successive threads read neighbouring elements. Past the last row or column, the last one is read
   * again, which affects nothing that is written. Past the end of the inner axis, the tile holds zeros.
   */
  const fetch = (tile: string, size: number, isInner: boolean, limit: string, at: (i: string) => string) => `
    for (var item = thread; item < ${(DEPTH * size) / 4}u; item += ${threads}u) {
      let depth = ${isInner ? `item % ${DEPTH}u` : `item / ${size / 4}u`};
      let place = ${isInner ? `item / ${DEPTH}u` : `item % ${size / 4}u`};
      let k = min(k0 + depth, end - 1u);
      let first = first${tile} + 4u * place;
      let last = params.${limit} - 1u;
      let values = vec4f(${quad.map((i) => at(`min(first + ${i}u, last)`)).join(', ')});
      tile${tile}[depth * ${size / 4}u + place] = select(vec4f(), values, k0 + depth < end);
    }`;
  const addRows = sums
    .map((i) => `sum${i} += rows${Math.floor(i / 4)}.${'xyzw'[i % 4]} * columns;`)
    .join('\n      ');
  const closeBlock = `
    if ((k0 - start) % ${BLOCK}u == ${BLOCK - DEPTH}u) {
      ${sums.map((i) => `total${i} += sum${i}; sum${i} = vec4f();`).join(' ')}
    }`;
  return {
    name: 'matrix product',
    params: {
      m: 'u32',
      n: 'u32',
      k: 'u32',
      slices: 'u32',
      depth: 'u32',
      strideA: 'u32',
      strideB: 'u32',
      across: 'u32',
      down: 'u32',
      tiles: 'u32',
    },
    buffers: {
      a: ['read', 'f32'],
      b: ['read', 'f32'],
      ...(hasBias && { bias: ['read', 'f32'] as const }),
      c: ['read_write', 'f32'],
    },
    code: `
var<workgroup> tileA: array<vec4f, ${(DEPTH * tileM) / 4}>;
var<workgroup> tileB: array<vec4f, ${(DEPTH * tileN) / 4}>;

@compute @workgroup_size(${threads})
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let index = workgroup.y * workgroups.x + workgroup.x;
  if (index >= params.tiles) { return; }
  let firstB = index % params.across * ${tileN}u;
  let firstA = index / params.across % params.down * ${tileM}u;
  let part = index / params.across / params.down;
  let matrixA = part / params.slices * params.strideA;
  let matrixB = part / params.slices * params.strideB;
  let start = part % params.slices * params.depth;
  let end = min(params.k, start + params.depth);
  let column = thread % ${tileN / 4}u;
  let row = thread / ${tileN / 4}u;
  ${sums.map((i) => `var sum${i} = vec4f();${isLong ? ` var total${i} = vec4f();` : ''}`).join(' ')}
  for (var k0 = start; k0 < end; k0 += ${DEPTH}u) {
    ${fetch('A', tileM, !transposeA, 'm', (m) => (transposeA ? `a[matrixA + k * params.m + ${m}]` : `a[matrixA + ${m} * params.k + k]`))}
    ${fetch('B', tileN, transposeB, 'n', (n) => (transposeB ? `b[matrixB + ${n} * params.k + k]` : `b[matrixB + k * params.n + ${n}]`))}
    workgroupBarrier();
    for (var k = 0u; k < ${DEPTH}u; k++) {
      let columns = tileB[k * ${tileN / 4}u + column];
      ${Array.from({ length: rows / 4 }, (_, i) => `let rows${i} = tileA[k * ${tileM / 4}u + ${rows / 4}u * row + ${i}u];`).join(' ')}
      ${addRows}
    }
    workgroupBarrier();${isLong ? closeBlock : ''}
  }
  let n = firstB + 4u * column;
  var offset = vec4f();
  ${hasBias ? quad.map((j) => `if (n + ${j}u < params.n) { offset[${j}] = bias[n + ${j}u]; }`).join(' ') : ''}
  let first = part * params.m * params.n;
  ${sums
    .map(
      (i) => `{
    let m = firstA + ${rows}u * row + ${i}u;
    if (m < params.m) {
      let values = sum${i}${isLong ? ` + total${i}` : ''} + offset;
      ${quad.map((j) => `if (n + ${j}u < params.n) { c[first + m * params.n + n + ${j}u] = values[${j}]; }`).join(' ')}
    }
  }`,
    )
    .join('\n  ')}
}`,
  };
});

/** Number of slices that are added one by one before their sum is added to the total */
const SLICES = 16;

/** Sums the slices' parts, always in the same order. */
const addSlices = programs<{ readonly hasBias: boolean }>(({ hasBias }) => ({
  name: 'matrix product, sum of slices',
  params: { size: 'u32', slices: 'u32', area: 'u32', columns: 'u32' },
  buffers: {
    parts: ['read', 'f32'],
    ...(hasBias && { bias: ['read', 'f32'] }),
    c: ['read_write', 'f32'],
  },
  code: `
${eachItem}
  let first = index / params.area * params.slices * params.area + index % params.area;
  var total = 0.0;
  for (var slice0 = 0u; slice0 < params.slices; slice0 += ${SLICES}u) {
    let end = min(params.slices, slice0 + ${SLICES}u);
    var sum = 0.0;
    for (var slice = slice0; slice < end; slice++) { sum += parts[first + slice * params.area]; }
    total += sum;
  }
  c[index] = total${hasBias ? ' + bias[index % params.columns]' : ''};
}`,
}));

/**
 * Number of workgroups that keep a GPU busy. With fewer tiles of C, tiles become smaller and the inner axis is cut into
 * slices.
 */
const BUSY = 128;

/** The least length of a slice of the inner axis. */
const MIN_SLICE = 256;

export interface Product {
  /** Each matrix is `[m, k]`, or `[k, m]` if `transposeA` */
  readonly a: TensorInfo;
  /** Each matrix is `[k, n]`, or `[n, k]` if `transposeB` */
  readonly b: TensorInfo;
  /** `[n]`, added to each row */
  readonly bias?: TensorInfo | undefined;
  /** `[matrices, m, n]` */
  readonly c: TensorInfo;
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** Number of products, stored one after another in each tensor. Default: 1 */
  readonly matrices?: number;
  /** Whether all products use the first matrix of a (or of b) */
  readonly sharesA?: boolean;
  readonly sharesB?: boolean;
}

/** The side of the tile for a number of rows or columns. */
const sideFor = (length: number): number => (length <= 16 ? 16 : length <= 32 ? 32 : 64);

/** Writes C = A·B + bias. The same matrices always give the same bits. */
export function product(gpu: WebgpuBackend, job: Product): void {
  const { a, b, bias, c, m, k, n, transposeA = false, transposeB = false, matrices = 1 } = job;
  const size = matrices * m * n;
  if (size === 0) return;
  let tileM = sideFor(m);
  let tileN = sideFor(n);
  const count = () => Math.ceil(m / tileM) * Math.ceil(n / tileN) * matrices;
  if (count() < BUSY) {
    tileM = Math.min(tileM, 32);
    tileN = Math.min(tileN, 32);
  }
  const slices = Math.max(1, Math.min(Math.floor(k / MIN_SLICE), Math.floor(BUSY / count())));
  const depth = DEPTH * Math.ceil(k / slices / DEPTH);
  const parts = slices === 1 ? c : gpu.scratch([slices * size]);
  const ownBias = slices === 1 ? bias : undefined;
  const total = count() * slices;
  const isLong = depth > 2 * BLOCK;
  gpu.run(tiles({ transposeA, transposeB, hasBias: ownBias !== undefined, tileM, tileN, isLong }), {
    buffers: { a, b, bias: ownBias, c: parts },
    params: {
      m,
      n,
      k,
      slices,
      depth,
      strideA: job.sharesA ? 0 : m * k,
      strideB: job.sharesB ? 0 : k * n,
      across: Math.ceil(n / tileN),
      down: Math.ceil(m / tileM),
      tiles: total,
    },
    workgroups: workgroupsFor(total, 1),
  });
  if (slices === 1) return;
  gpu.run(addSlices({ hasBias: bias !== undefined }), {
    buffers: { parts, bias, c },
    params: { size, slices, area: m * n, columns: n },
    workgroups: workgroupsFor(size),
  });
}
