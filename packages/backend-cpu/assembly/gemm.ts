// C[M,N] (+)= A[M,K] · B[K,N], row-major C.
//
//   for columns in blocks of NC        B is packed before into panels of 8 columns, [K/KC][N/8][kc][8], zero-padded;
//     for K in blocks of KC            an NC·KC block of it stays in L2.
//       for rows in sixes              Six rows of A (read in place, or copied before if A is transposed)
//         for panels of 8 columns      stay in L1, and a 6×8 tile of C is in 12 vector registers.
//           for k ≡ 0, 1, 2, 3 (mod 4): C[6×8] += A[6,k] · B[k,8]
//
// The order in which an element's products are added depends on K alone: for each block, four sums (one over every
// fourth k, each starting at 0) are added to the element one after another. So a row has the same bits whatever other
// rows and columns there are.

import { KC, copyRows } from './gemm-pack';
import { Begin, narrowTile, tile1, tile2, tile3, tile4, tile5, tile6 } from './gemm-tiles';
import { heartbeat } from './memory';
import { threadScratch } from './thread';

/** Number of columns of C in a block. */
const NC: i32 = 256;

/** Bytes of scratch that a thread needs for copied rows of a transposed A. */
export function gemmScratchBytes(rows: i32): i32 {
  return (rows * KC) << 2;
}

/**
 * Computes rectangles begin ≤ r < end of C[M,N], numbered along its rows. A rectangle has `rowsPerItem` rows and
 * `panelsPerItem` panels. `scratch` has `gemmScratchBytes(rowsPerItem)` bytes for every thread and is used only if A is
 * transposed.
 */
export function gemm(
  a: usize,
  aRowStride: i32,
  aColumnStride: i32,
  packed: usize,
  k: i32,
  m: i32,
  n: i32,
  c: usize,
  cRowStride: i32,
  start: i32,
  bias: usize,
  rowsPerItem: i32,
  panelsPerItem: i32,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const panels = (n + 7) >> 3;
  const across = (panels + panelsPerItem - 1) / panelsPerItem;
  for (let item = begin; item < end; item++) {
    const firstRow = (item / across) * rowsPerItem;
    const firstPanel = (item % across) * panelsPerItem;
    gemmTiles(
      a, aRowStride, aColumnStride, packed, k, n, c, cRowStride, start, bias,
      firstRow, min(m, firstRow + rowsPerItem), firstPanel, min(panels, firstPanel + panelsPerItem),
      threadScratch(scratch, gemmScratchBytes(rowsPerItem)),
    );
  }
}

/**
 * Computes rows firstRow ≤ i < lastRow and panels firstPanel ≤ p < lastPanel of C. A's element (i, k) is at a +
 * 4·(i·aRowStride + k·aColumnStride). If aColumnStride ≠ 1, rows are copied to `scratch`, KC floats for each row of the
 * range.
 */
export function gemmTiles(
  a: usize,
  aRowStride: i32,
  aColumnStride: i32,
  packed: usize,
  k: i32,
  n: i32,
  c: usize,
  cRowStride: i32,
  start: i32,
  bias: usize,
  firstRow: i32,
  lastRow: i32,
  firstPanel: i32,
  lastPanel: i32,
  scratch: usize,
): void {
  const panels = (n + 7) >> 3;
  const panelsPerBlock = NC >> 3;
  const cStep = <usize>cRowStride << 2;
  for (let p0 = firstPanel; p0 < lastPanel; p0 += panelsPerBlock) {
    const p1 = min(lastPanel, p0 + panelsPerBlock);
    for (let k0 = 0; k0 < k || k0 == 0; k0 += KC) {
      const kc = min(KC, k - k0);
      let rows = a + ((<usize>firstRow * aRowStride + <usize>k0 * aColumnStride) << 2);
      let aStep = <usize>aRowStride << 2;
      heartbeat();
      if (aColumnStride != 1) {
        copyRows(rows, aStep, <usize>aColumnStride << 2, lastRow - firstRow, kc, scratch);
        rows = scratch;
        aStep = <usize>kc << 2;
      }
      const begin = k0 == 0 ? start : Begin.accumulate;
      let i = firstRow;
      for (; i < lastRow; i += 6) {
        const height = min(6, lastRow - i);
        for (let p = p0; p < p1; p++) {
          const column = p << 3;
          const width = min(8, n - column);
          const panel = packed + ((<usize>k0 * panels + <usize>p * kc) << 5);
          const tile = c + <usize>i * cStep + (<usize>column << 2);
          addTile(rows, aStep, panel, (kc + 3) >> 2, tile, cStep, begin, bias + (<usize>column << 2), height, width);
          for (let k: usize = 1; k < <usize>min(4, kc); k++) {
            const count = (kc + 3 - <i32>k) >> 2;
            addTile(rows + (k << 2), aStep, panel + (k << 5), count, tile, cStep, Begin.accumulate, 0, height, width);
          }
        }
        rows += 6 * aStep;
      }
    }
  }
}

/**
 * A tile of the given height and width: its initial value (see `Begin`) plus the sum over `count` values of k, every
 * fourth one.
 */
// @ts-ignore: decorator
@inline
function addTile(
  a: usize,
  aStep: usize,
  panel: usize,
  count: i32,
  tile: usize,
  cStep: usize,
  begin: i32,
  bias: usize,
  height: i32,
  width: i32,
): void {
  if (width < 8) narrowTile(a, aStep, panel, count, tile, cStep, begin, bias, height, width);
  else if (height == 6) tile6(a, aStep, panel, count, tile, cStep, begin, bias);
  else if (height == 5) tile5(a, aStep, panel, count, tile, cStep, begin, bias);
  else if (height == 4) tile4(a, aStep, panel, count, tile, cStep, begin, bias);
  else if (height == 3) tile3(a, aStep, panel, count, tile, cStep, begin, bias);
  else if (height == 2) tile2(a, aStep, panel, count, tile, cStep, begin, bias);
  else tile1(a, aStep, panel, count, tile, cStep, begin, bias);
}
