import type { CpuBackend } from '../cpu-backend.ts';

/** A matrix in WebAssembly memory. Element (i, j) lies `i·rowStride + j·columnStride` floats behind `pointer`. */
export interface Matrix {
  readonly pointer: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** A dense `[rows, columns]` matrix, or the transposed view of one. */
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
  /** `[N]`, where given, is what each row of C begins as; otherwise 0 */
  readonly bias?: number | undefined;
}

/** How C begins; assembly/gemm-tiles.ts. */
const OVERWRITE = 1;
const BIAS = 2;

const PANEL = 8; // columns of a packed panel
const ROWS = 96; // of C that a thread takes at a time: its rows of A stay in L1 and L2 across a block of panels
/** Multiply-adds worth handing to another thread, some 10 µs of one. */
export const WORTHWHILE = 262_144;
/** Below so many rows, packing B costs more than it saves. */
const ROWS_WORTH_PACKING = 4;

/** C = A·B, or A·B + bias. */
export function product(cpu: CpuBackend, job: Product): void {
  if (job.m === 0 || job.n === 0) return;
  if (job.m < ROWS_WORTH_PACKING && productByRows(cpu, job)) return;
  if (job.n === 1 && job.bias === undefined && productWithColumn(cpu, job)) return;
  const { m, k, n, a, b, c, bias } = job;
  const packed = packMatrix(cpu, b, k, n);
  const panels = Math.ceil(n / PANEL);
  const { rowsPerItem, panelsPerItem } = divide(m, k, panels, cpu.threads);
  const items = Math.ceil(m / rowsPerItem) * Math.ceil(panels / panelsPerItem);
  const copiesRows = a.columnStride !== 1;
  const scratch = copiesRows ? cpu.scratch(cpu.threads * cpu.wasm.gemmScratchBytes(rowsPerItem)) : 0;
  const rowStride = c.rowStride ?? n;
  const start = bias === undefined ? OVERWRITE : BIAS;
  // biome-ignore format: the arguments of the kernel, as it declares them
  const args = [
    a.pointer, a.rowStride, a.columnStride, packed, k, m, n,
    c.pointer, rowStride, start, bias ?? 0, rowsPerItem, panelsPerItem, scratch,
  ];
  const grain = m * k * n < 2 * WORTHWHILE ? items : 1;
  cpu.parallel('gemm', args, items, grain);
}

/** B in panels of 8 columns, in scratch memory. */
export function packMatrix(
  cpu: CpuBackend,
  { pointer, rowStride, columnStride }: Matrix,
  k: number,
  n: number,
) {
  const packed = cpu.scratch(4 * cpu.wasm.packedSize(k, n));
  const panels = Math.ceil(n / PANEL);
  cpu.parallel(
    'packPanels',
    [pointer, rowStride, columnStride, k, n, packed],
    panels,
    WORTHWHILE / 4 / (PANEL * Math.max(k, 1)),
  );
  return packed;
}

/** Rectangles of C of about equal size: as many rows of them as threads have use for, then columns where rows are few. */
function divide(m: number, k: number, panels: number, threads: number) {
  const rounds = Math.ceil(m / (ROWS * threads));
  const rowsPerItem = roundUp(Math.ceil(m / (threads * rounds)), 6);
  const rowItems = Math.ceil(m / rowsPerItem);
  const worthwhilePanels = Math.ceil(WORTHWHILE / (rowsPerItem * Math.max(k, 1) * PANEL));
  const panelsPerItem = Math.max(Math.ceil((panels * rowItems) / threads), worthwhilePanels);
  return { rowsPerItem, panelsPerItem: rowItems >= threads ? panels : Math.min(panelsPerItem, panels) };
}

const roundUp = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple;

/** C's rows one at a time, from B where it lies; false where the operands do not lie densely enough for that. */
function productByRows(cpu: CpuBackend, { m, k, n, a, b, c, bias }: Product): boolean {
  if (a.columnStride !== 1 && k > 1) return false;
  const dots = b.rowStride === 1 && b.columnStride === k;
  if (!dots && !(b.columnStride === 1 && b.rowStride === n)) return false;
  for (let i = 0; i < m; i++) {
    const row = c.pointer + 4 * i * (c.rowStride ?? n);
    const values = cpu.floats(row, n);
    if (bias === undefined) values.fill(0);
    else values.set(cpu.floats(bias, n));
    const x = a.pointer + 4 * i * a.rowStride;
    const grain = roundUp(WORTHWHILE / Math.max(k, 1), 8);
    if (dots) cpu.parallel('addRowDots', [x, b.pointer, k, row], n, grain);
    else cpu.parallel('addScaledRows', [x, b.pointer, k, n, row], n, grain);
  }
  return true;
}

/** A·b for a vector b: the same kernels with A in the place of B. */
function productWithColumn(cpu: CpuBackend, { m, k, a, b, c }: Product): boolean {
  if ((c.rowStride ?? 1) !== 1 || (b.rowStride !== 1 && k > 1)) return false;
  const dots = a.columnStride === 1 && a.rowStride === k;
  if (!dots && !(a.rowStride === 1 && a.columnStride === m)) return false;
  cpu.floats(c.pointer, m).fill(0);
  const grain = roundUp(WORTHWHILE / Math.max(k, 1), 8);
  if (dots) cpu.parallel('addRowDots', [b.pointer, a.pointer, k, c.pointer], m, grain);
  else cpu.parallel('addScaledRows', [b.pointer, a.pointer, k, m, c.pointer], m, grain);
  return true;
}
