import type { CpuBackend } from '../cpu-backend.ts';
import { Begin } from '../generated/shared.ts';
import { itemsOf } from './grain.ts';

/** A matrix in WebAssembly memory. Element (i, j) is `i·rowStride + j·columnStride` floats after `pointer`. */
export interface Matrix {
  readonly pointer: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** A dense `[rows, columns]` matrix, or its transposed view. */
export const matrix = (pointer: number, columns: number, transposed = false): Matrix =>
  transposed
    ? { pointer, rowStride: 1, columnStride: columns }
    : { pointer, rowStride: columns, columnStride: 1 };

export interface Product {
  readonly m: number;
  readonly k: number;
  readonly n: number;
  /** `[M, K]` */
  readonly a: Matrix;
  /** `[K, N]` */
  readonly b: Matrix;
  /** `[M, N]`, `rowStride` floats from row to row (default N) */
  readonly c: { readonly pointer: number; readonly rowStride?: number };
  /** `[N]`: the initial value of each row of C; without it, 0 */
  readonly bias?: number | undefined;
}

const PANEL = 8; // columns of a packed panel
const ROWS = 96; // Rows of C that a thread takes at a time: its rows of A stay in L1 and L2 across a block of panels
/** Number of multiply-adds worth handing to another thread, about 10 µs of work for one thread. */
export const WORTHWHILE = 262_144;
/** With fewer rows than this, packing B costs more than it saves. */
const ROWS_WORTH_PACKING = 4;

/**
 * Number of values of k that are summed in single precision, in blocks of assembly/gemm-pack.ts. Longer sums are added
 * in double precision, so that a sum over millions keeps its digits.
 */
const LONG = 16_384;

/**
 * C = A·B, or A·B + bias. An element's bits depend only on its row of A, its column of B and its bias: every way of
 * computing the element adds the same numbers in the same order.
 */
export function product(cpu: CpuBackend, job: Product): void {
  if (job.m === 0 || job.n === 0) return;
  const run =
    (job.m < ROWS_WORTH_PACKING ? productByRows(cpu, job) : undefined) ??
    (job.n === 1 ? productWithColumn(cpu, job) : undefined) ??
    productByTiles(cpu, job);
  if (job.k > LONG) addUpInDouble(cpu, job, run);
  else run(0, job.k, job.bias);
}

/** C = A·B over `k` values of k, starting at `from`. */
type PartialProduct = (from: number, k: number, bias: number | undefined) => void;

function productByTiles(cpu: CpuBackend, { m, k: whole, n, a, b, c }: Product): PartialProduct {
  const longest = Math.min(whole, LONG);
  const packed = cpu.scratch(4 * cpu.wasm.packedSize(longest, n));
  const panels = Math.ceil(n / PANEL);
  const { rowsPerItem, panelsPerItem } = divide(m, longest, panels, cpu.threads);
  const items = Math.ceil(m / rowsPerItem) * Math.ceil(panels / panelsPerItem);
  const copiesRows = a.columnStride !== 1;
  const scratch = copiesRows ? cpu.scratch(cpu.threads * cpu.wasm.gemmScratchBytes(rowsPerItem)) : 0;
  const rowStride = c.rowStride ?? n;
  return (from, k, bias) => {
    pack(cpu, { ...b, pointer: b.pointer + 4 * from * b.rowStride }, k, n, packed);
    const start = bias === undefined ? Begin.overwrite : Begin.bias;
    // biome-ignore format: the arguments of the kernel, as it declares them
    const args = [
      a.pointer + 4 * from * a.columnStride, a.rowStride, a.columnStride, packed, k, m, n,
      c.pointer, rowStride, start, bias ?? 0, rowsPerItem, panelsPerItem, scratch,
    ];
    const grain = m * k * n < 2 * WORTHWHILE ? items : 1;
    cpu.parallel('gemm', args, items, grain);
  };
}

/**
 * Computes a product in pieces along k. Each piece is stored in C and added to sums in double precision; finally C
 * becomes the rounded sums.
 */
function addUpInDouble(cpu: CpuBackend, { m, k, n, c, bias }: Product, run: PartialProduct): void {
  const rowStride = c.rowStride ?? n;
  const sums = cpu.scratch(8 * m * n);
  cpu.floats(sums, 2 * m * n).fill(0);
  for (let from = 0; from < k; from += LONG) {
    run(from, Math.min(LONG, k - from), from === 0 ? bias : undefined);
    cpu.parallel('addRowsInDouble', [c.pointer, rowStride, n, sums], m, itemsOf(n));
  }
  cpu.parallel('roundRows', [sums, n, c.pointer, rowStride], m, itemsOf(n));
}

/** Packs B in panels of 8 columns in scratch memory. */
export function packMatrix(cpu: CpuBackend, b: Matrix, k: number, n: number): number {
  const packed = cpu.scratch(4 * cpu.wasm.packedSize(k, n));
  pack(cpu, b, k, n, packed);
  return packed;
}

function pack(
  cpu: CpuBackend,
  { pointer, rowStride, columnStride }: Matrix,
  k: number,
  n: number,
  to: number,
): void {
  cpu.parallel(
    'packPanels',
    [pointer, rowStride, columnStride, k, n, to],
    Math.ceil(n / PANEL),
    WORTHWHILE / 4 / (PANEL * Math.max(k, 1)),
  );
}

/**
 * Divides C into rectangles of about equal size: as many groups of rows as the threads can use, then groups of columns
 * if rows are few.
 */
function divide(m: number, k: number, panels: number, threads: number) {
  const rounds = Math.ceil(m / (ROWS * threads));
  const rowsPerItem = roundUp(Math.ceil(m / (threads * rounds)), 6);
  const rowItems = Math.ceil(m / rowsPerItem);
  const worthwhilePanels = Math.ceil(WORTHWHILE / (rowsPerItem * Math.max(k, 1) * PANEL));
  const panelsPerItem = Math.max(Math.ceil((panels * rowItems) / threads), worthwhilePanels);
  return { rowsPerItem, panelsPerItem: rowItems >= threads ? panels : Math.min(panelsPerItem, panels) };
}

const roundUp = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple;

/** Computes C's rows one at a time, reading B in place; undefined if the operands are not stored densely enough. */
function productByRows(cpu: CpuBackend, { m, k: whole, n, a, b, c }: Product): PartialProduct | undefined {
  const multiply = vectorTimesMatrix(cpu, b, whole, n);
  if (!multiply || (a.columnStride !== 1 && whole > 1)) return undefined;
  return (from, k, bias) => {
    for (let i = 0; i < m; i++) {
      const row = c.pointer + 4 * i * (c.rowStride ?? n);
      const values = cpu.floats(row, n);
      if (bias === undefined) values.fill(0);
      else values.set(cpu.floats(bias, n));
      multiply(a.pointer + 4 * (i * a.rowStride + from), row, from, k);
    }
  };
}

/** A·b for a vector b: the same kernels with A in the role of B. */
function productWithColumn(cpu: CpuBackend, { m, k: whole, a, b, c }: Product): PartialProduct | undefined {
  if ((c.rowStride ?? 1) !== 1 || (b.rowStride !== 1 && whole > 1)) return undefined;
  const transposed = { pointer: a.pointer, rowStride: a.columnStride, columnStride: a.rowStride };
  const multiply = vectorTimesMatrix(cpu, transposed, whole, m);
  if (!multiply) return undefined;
  return (from, k, bias) => {
    cpu.floats(c.pointer, m).fill(bias === undefined ? 0 : cpu.floats(bias, 1)[0]!);
    multiply(b.pointer + 4 * from, c.pointer, from, k);
  };
}

/** y += x·B over `k` values of k, starting at `from`; x points at the first of these values. */
type VectorTimesMatrix = (x: number, y: number, from: number, k: number) => void;

/** For B `[K, N]`; undefined if neither the rows nor the columns of B are contiguous. */
function vectorTimesMatrix(
  cpu: CpuBackend,
  { pointer, rowStride, columnStride }: Matrix,
  whole: number,
  n: number,
): VectorTimesMatrix | undefined {
  const grain = roundUp(WORTHWHILE / Math.max(whole, 1), 16);
  if (rowStride === 1 && (columnStride === whole || n === 1)) {
    return (x, y, from, k) =>
      cpu.parallel('addRowDots', [x, pointer + 4 * from, columnStride, k, y], n, grain);
  }
  if (columnStride === 1 && rowStride === n) {
    return (x, y, from, k) => cpu.parallel('addScaledRows', [x, pointer + 4 * from * n, k, n, y], n, grain);
  }
  return undefined;
}
