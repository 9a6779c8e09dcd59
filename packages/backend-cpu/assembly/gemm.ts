// C[M,N] (+)= A[M,K] · B[K,N], row-major C.
//
//   for columns in blocks of NC        B is packed beforehand into panels of 8 columns, [K/KC][N/8][kc][8], zero-padded;
//     for K in blocks of KC            an NC·KC block of it stays in L2.
//       for rows in sixes              Six rows of A (read where they lie, or copied beforehand where A is transposed)
//         for panels of 8 columns      stay in L1, and a 6×8 tile of C lives in 12 vector registers.
//           for k: C[6×8] += A[6,k] · B[k,8]

import { madd } from './simd';

const KC: i32 = 256;
const NC: i32 = 256;

/** How a tile of C begins: as what is there, as zero, or as the bias of its columns. */
export const ACCUMULATE: i32 = 0;
export const OVERWRITE: i32 = 1;
export const BIAS: i32 = 2;

/** Floats that B[K,N] takes when packed. */
export function packedSize(k: i32, n: i32): i32 {
  return k * ((n + 7) & ~7);
}

/** Packs the panels firstPanel ≤ panel < lastPanel (8 columns each) of B, whose element (k, n) lies at b + 4·(k·rowStride + n·columnStride). */
export function packPanels(
  b: usize,
  rowStride: i32,
  columnStride: i32,
  k: i32,
  n: i32,
  packed: usize,
  firstPanel: i32,
  lastPanel: i32,
): void {
  const panels = (n + 7) >> 3;
  for (let k0 = 0; k0 < k; k0 += KC) {
    const kc = min(KC, k - k0);
    for (let panel = firstPanel; panel < lastPanel; panel++) {
      let to = packed + ((<usize>k0 * panels + <usize>panel * kc) << 5);
      const column = panel << 3;
      const width = min(8, n - column);
      let from = b + ((<usize>k0 * rowStride + <usize>column * columnStride) << 2);
      if (width == 8 && columnStride == 1) {
        for (let i = 0; i < kc; i++) {
          v128.store(to, v128.load(from));
          v128.store(to, v128.load(from, 16), 16);
          to += 32;
          from += <usize>rowStride << 2;
        }
      } else if (width == 8 && rowStride == 1) {
        const step = <usize>columnStride << 2;
        let i = 0;
        for (; i + 4 <= kc; i += 4) {
          transpose4(from, step, to);
          transpose4(from + 4 * step, step, to + 16);
          to += 128;
          from += 16;
        }
        for (; i < kc; i++) {
          for (let j: usize = 0; j < 8; j++) store<f32>(to + (j << 2), load<f32>(from + j * step));
          to += 32;
          from += 4;
        }
      } else {
        for (let i = 0; i < kc; i++) {
          let source = from;
          for (let j = 0; j < 8; j++) {
            store<f32>(to + (<usize>j << 2), j < width ? load<f32>(source) : 0);
            source += <usize>columnStride << 2;
          }
          to += 32;
          from += <usize>rowStride << 2;
        }
      }
    }
  }
}

/** Four rows of four at `from`, `step` bytes apart, become four columns at `to`, 32 bytes apart. */
// @ts-ignore: decorator
@inline
function transpose4(from: usize, step: usize, to: usize): void {
  const r0 = v128.load(from);
  const r1 = v128.load(from + step);
  const r2 = v128.load(from + 2 * step);
  const r3 = v128.load(from + 3 * step);
  const a = i32x4.shuffle(r0, r1, 0, 4, 1, 5);
  const b = i32x4.shuffle(r2, r3, 0, 4, 1, 5);
  const c = i32x4.shuffle(r0, r1, 2, 6, 3, 7);
  const d = i32x4.shuffle(r2, r3, 2, 6, 3, 7);
  v128.store(to, i64x2.shuffle(a, b, 0, 2));
  v128.store(to, i64x2.shuffle(a, b, 1, 3), 32);
  v128.store(to, i64x2.shuffle(c, d, 0, 2), 64);
  v128.store(to, i64x2.shuffle(c, d, 1, 3), 96);
}

/**
 * Rows firstRow ≤ i < lastRow and panels firstPanel ≤ p < lastPanel of C. A's element (i, k) lies at
 * a + 4·(i·aRowStride + k·aColumnStride); where aColumnStride ≠ 1, rows are copied to `scratch`,
 * KC floats for each row of the range.
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
      if (aColumnStride != 1) {
        copyRows(rows, aStep, <usize>aColumnStride << 2, lastRow - firstRow, kc, scratch);
        rows = scratch;
        aStep = <usize>kc << 2;
      }
      const begin = k0 == 0 ? start : ACCUMULATE;
      let i = firstRow;
      for (; i < lastRow; i += 6) {
        const height = min(6, lastRow - i);
        for (let p = p0; p < p1; p++) {
          const column = p << 3;
          const width = min(8, n - column);
          const panel = packed + ((<usize>k0 * panels + <usize>p * kc) << 5);
          const tile = c + <usize>i * cStep + (<usize>column << 2);
          const columnBias = bias + (<usize>column << 2);
          if (width == 8) {
            if (height == 6) tile6(rows, aStep, panel, kc, tile, cStep, begin, columnBias);
            else if (height == 5) tile5(rows, aStep, panel, kc, tile, cStep, begin, columnBias);
            else if (height == 4) tile4(rows, aStep, panel, kc, tile, cStep, begin, columnBias);
            else if (height == 3) tile3(rows, aStep, panel, kc, tile, cStep, begin, columnBias);
            else if (height == 2) tile2(rows, aStep, panel, kc, tile, cStep, begin, columnBias);
            else tile1(rows, aStep, panel, kc, tile, cStep, begin, columnBias);
          } else {
            narrowTile(rows, aStep, panel, kc, tile, cStep, begin, columnBias, height, width);
          }
        }
        rows += 6 * aStep;
      }
    }
  }
}

/** Rows of A^T: element (i, k) from source + i·rowStep + k·columnStep to scratch[i·kc + k]. */
function copyRows(source: usize, rowStep: usize, columnStep: usize, rows: i32, kc: i32, scratch: usize): void {
  const step = <usize>kc << 2;
  let i = 0;
  if (rowStep == 4) {
    for (; i + 4 <= rows; i += 4) {
      let from = source + (<usize>i << 2);
      let to = scratch + <usize>i * step;
      let k = 0;
      for (; k + 4 <= kc; k += 4) {
        const r0 = v128.load(from);
        const r1 = v128.load(from + columnStep);
        const r2 = v128.load(from + 2 * columnStep);
        const r3 = v128.load(from + 3 * columnStep);
        const a = i32x4.shuffle(r0, r1, 0, 4, 1, 5);
        const b = i32x4.shuffle(r2, r3, 0, 4, 1, 5);
        const c = i32x4.shuffle(r0, r1, 2, 6, 3, 7);
        const d = i32x4.shuffle(r2, r3, 2, 6, 3, 7);
        v128.store(to, i64x2.shuffle(a, b, 0, 2));
        v128.store(to + step, i64x2.shuffle(a, b, 1, 3));
        v128.store(to + 2 * step, i64x2.shuffle(c, d, 0, 2));
        v128.store(to + 3 * step, i64x2.shuffle(c, d, 1, 3));
        from += 4 * columnStep;
        to += 16;
      }
      for (; k < kc; k++) {
        for (let j: usize = 0; j < 4; j++) store<f32>(to + j * step, load<f32>(from + (j << 2)));
        from += columnStep;
        to += 4;
      }
    }
  }
  for (; i < rows; i++) {
    let from = source + <usize>i * rowStep;
    let to = scratch + <usize>i * step;
    for (let k = 0; k < kc; k++) {
      store<f32>(to, load<f32>(from));
      from += columnStep;
      to += 4;
    }
  }
}

// @ts-ignore: decorator
@inline
function startLow(begin: i32, tile: usize, bias: usize): v128 {
  return begin == ACCUMULATE ? v128.load(tile) : begin == BIAS ? v128.load(bias) : f32x4.splat(0);
}

// @ts-ignore: decorator
@inline
function startHigh(begin: i32, tile: usize, bias: usize): v128 {
  return begin == ACCUMULATE ? v128.load(tile, 16) : begin == BIAS ? v128.load(bias, 16) : f32x4.splat(0);
}

function tile6(a0: usize, aStep: usize, panel: usize, kc: i32, tile: usize, cStep: usize, begin: i32, bias: usize): void {
  let a1 = a0 + aStep;
  let a2 = a1 + aStep;
  let a3 = a2 + aStep;
  let a4 = a3 + aStep;
  let a5 = a4 + aStep;
  const c1 = tile + cStep;
  const c2 = c1 + cStep;
  const c3 = c2 + cStep;
  const c4 = c3 + cStep;
  const c5 = c4 + cStep;
  let l0 = startLow(begin, tile, bias);
  let h0 = startHigh(begin, tile, bias);
  let l1 = startLow(begin, c1, bias);
  let h1 = startHigh(begin, c1, bias);
  let l2 = startLow(begin, c2, bias);
  let h2 = startHigh(begin, c2, bias);
  let l3 = startLow(begin, c3, bias);
  let h3 = startHigh(begin, c3, bias);
  let l4 = startLow(begin, c4, bias);
  let h4 = startHigh(begin, c4, bias);
  let l5 = startLow(begin, c5, bias);
  let h5 = startHigh(begin, c5, bias);
  for (let k = 0; k < kc; k++) {
    const low = v128.load(panel);
    const high = v128.load(panel, 16);
    panel += 32;
    let x = v128.load32_splat(a0);
    l0 = madd(x, low, l0);
    h0 = madd(x, high, h0);
    a0 += 4;
    x = v128.load32_splat(a1);
    l1 = madd(x, low, l1);
    h1 = madd(x, high, h1);
    a1 += 4;
    x = v128.load32_splat(a2);
    l2 = madd(x, low, l2);
    h2 = madd(x, high, h2);
    a2 += 4;
    x = v128.load32_splat(a3);
    l3 = madd(x, low, l3);
    h3 = madd(x, high, h3);
    a3 += 4;
    x = v128.load32_splat(a4);
    l4 = madd(x, low, l4);
    h4 = madd(x, high, h4);
    a4 += 4;
    x = v128.load32_splat(a5);
    l5 = madd(x, low, l5);
    h5 = madd(x, high, h5);
    a5 += 4;
  }
  v128.store(tile, l0);
  v128.store(tile, h0, 16);
  v128.store(c1, l1);
  v128.store(c1, h1, 16);
  v128.store(c2, l2);
  v128.store(c2, h2, 16);
  v128.store(c3, l3);
  v128.store(c3, h3, 16);
  v128.store(c4, l4);
  v128.store(c4, h4, 16);
  v128.store(c5, l5);
  v128.store(c5, h5, 16);
}

function tile5(a0: usize, aStep: usize, panel: usize, kc: i32, tile: usize, cStep: usize, begin: i32, bias: usize): void {
  let a1 = a0 + aStep;
  let a2 = a1 + aStep;
  let a3 = a2 + aStep;
  let a4 = a3 + aStep;
  const c1 = tile + cStep;
  const c2 = c1 + cStep;
  const c3 = c2 + cStep;
  const c4 = c3 + cStep;
  let l0 = startLow(begin, tile, bias);
  let h0 = startHigh(begin, tile, bias);
  let l1 = startLow(begin, c1, bias);
  let h1 = startHigh(begin, c1, bias);
  let l2 = startLow(begin, c2, bias);
  let h2 = startHigh(begin, c2, bias);
  let l3 = startLow(begin, c3, bias);
  let h3 = startHigh(begin, c3, bias);
  let l4 = startLow(begin, c4, bias);
  let h4 = startHigh(begin, c4, bias);
  for (let k = 0; k < kc; k++) {
    const low = v128.load(panel);
    const high = v128.load(panel, 16);
    panel += 32;
    let x = v128.load32_splat(a0);
    l0 = madd(x, low, l0);
    h0 = madd(x, high, h0);
    a0 += 4;
    x = v128.load32_splat(a1);
    l1 = madd(x, low, l1);
    h1 = madd(x, high, h1);
    a1 += 4;
    x = v128.load32_splat(a2);
    l2 = madd(x, low, l2);
    h2 = madd(x, high, h2);
    a2 += 4;
    x = v128.load32_splat(a3);
    l3 = madd(x, low, l3);
    h3 = madd(x, high, h3);
    a3 += 4;
    x = v128.load32_splat(a4);
    l4 = madd(x, low, l4);
    h4 = madd(x, high, h4);
    a4 += 4;
  }
  v128.store(tile, l0);
  v128.store(tile, h0, 16);
  v128.store(c1, l1);
  v128.store(c1, h1, 16);
  v128.store(c2, l2);
  v128.store(c2, h2, 16);
  v128.store(c3, l3);
  v128.store(c3, h3, 16);
  v128.store(c4, l4);
  v128.store(c4, h4, 16);
}

function tile4(a0: usize, aStep: usize, panel: usize, kc: i32, tile: usize, cStep: usize, begin: i32, bias: usize): void {
  let a1 = a0 + aStep;
  let a2 = a1 + aStep;
  let a3 = a2 + aStep;
  const c1 = tile + cStep;
  const c2 = c1 + cStep;
  const c3 = c2 + cStep;
  let l0 = startLow(begin, tile, bias);
  let h0 = startHigh(begin, tile, bias);
  let l1 = startLow(begin, c1, bias);
  let h1 = startHigh(begin, c1, bias);
  let l2 = startLow(begin, c2, bias);
  let h2 = startHigh(begin, c2, bias);
  let l3 = startLow(begin, c3, bias);
  let h3 = startHigh(begin, c3, bias);
  for (let k = 0; k < kc; k++) {
    const low = v128.load(panel);
    const high = v128.load(panel, 16);
    panel += 32;
    let x = v128.load32_splat(a0);
    l0 = madd(x, low, l0);
    h0 = madd(x, high, h0);
    a0 += 4;
    x = v128.load32_splat(a1);
    l1 = madd(x, low, l1);
    h1 = madd(x, high, h1);
    a1 += 4;
    x = v128.load32_splat(a2);
    l2 = madd(x, low, l2);
    h2 = madd(x, high, h2);
    a2 += 4;
    x = v128.load32_splat(a3);
    l3 = madd(x, low, l3);
    h3 = madd(x, high, h3);
    a3 += 4;
  }
  v128.store(tile, l0);
  v128.store(tile, h0, 16);
  v128.store(c1, l1);
  v128.store(c1, h1, 16);
  v128.store(c2, l2);
  v128.store(c2, h2, 16);
  v128.store(c3, l3);
  v128.store(c3, h3, 16);
}

function tile3(a0: usize, aStep: usize, panel: usize, kc: i32, tile: usize, cStep: usize, begin: i32, bias: usize): void {
  let a1 = a0 + aStep;
  let a2 = a1 + aStep;
  const c1 = tile + cStep;
  const c2 = c1 + cStep;
  let l0 = startLow(begin, tile, bias);
  let h0 = startHigh(begin, tile, bias);
  let l1 = startLow(begin, c1, bias);
  let h1 = startHigh(begin, c1, bias);
  let l2 = startLow(begin, c2, bias);
  let h2 = startHigh(begin, c2, bias);
  for (let k = 0; k < kc; k++) {
    const low = v128.load(panel);
    const high = v128.load(panel, 16);
    panel += 32;
    let x = v128.load32_splat(a0);
    l0 = madd(x, low, l0);
    h0 = madd(x, high, h0);
    a0 += 4;
    x = v128.load32_splat(a1);
    l1 = madd(x, low, l1);
    h1 = madd(x, high, h1);
    a1 += 4;
    x = v128.load32_splat(a2);
    l2 = madd(x, low, l2);
    h2 = madd(x, high, h2);
    a2 += 4;
  }
  v128.store(tile, l0);
  v128.store(tile, h0, 16);
  v128.store(c1, l1);
  v128.store(c1, h1, 16);
  v128.store(c2, l2);
  v128.store(c2, h2, 16);
}

function tile2(a0: usize, aStep: usize, panel: usize, kc: i32, tile: usize, cStep: usize, begin: i32, bias: usize): void {
  let a1 = a0 + aStep;
  const c1 = tile + cStep;
  let l0 = startLow(begin, tile, bias);
  let h0 = startHigh(begin, tile, bias);
  let l1 = startLow(begin, c1, bias);
  let h1 = startHigh(begin, c1, bias);
  for (let k = 0; k < kc; k++) {
    const low = v128.load(panel);
    const high = v128.load(panel, 16);
    panel += 32;
    let x = v128.load32_splat(a0);
    l0 = madd(x, low, l0);
    h0 = madd(x, high, h0);
    a0 += 4;
    x = v128.load32_splat(a1);
    l1 = madd(x, low, l1);
    h1 = madd(x, high, h1);
    a1 += 4;
  }
  v128.store(tile, l0);
  v128.store(tile, h0, 16);
  v128.store(c1, l1);
  v128.store(c1, h1, 16);
}

function tile1(a0: usize, aStep: usize, panel: usize, kc: i32, tile: usize, cStep: usize, begin: i32, bias: usize): void {
  let l0 = startLow(begin, tile, bias);
  let h0 = startHigh(begin, tile, bias);
  for (let k = 0; k < kc; k++) {
    const low = v128.load(panel);
    const high = v128.load(panel, 16);
    panel += 32;
    let x = v128.load32_splat(a0);
    l0 = madd(x, low, l0);
    h0 = madd(x, high, h0);
    a0 += 4;
  }
  v128.store(tile, l0);
  v128.store(tile, h0, 16);
}

/** A tile of fewer than 8 columns, through a full one on the stack of scalars. */
function narrowTile(
  a: usize,
  aStep: usize,
  panel: usize,
  kc: i32,
  tile: usize,
  cStep: usize,
  begin: i32,
  bias: usize,
  height: i32,
  width: i32,
): void {
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const at = tile + (<usize>j << 2);
      let total: f32 = begin == ACCUMULATE ? load<f32>(at) : begin == BIAS ? load<f32>(bias + (<usize>j << 2)) : 0;
      let b = panel + (<usize>j << 2);
      let x = a;
      for (let k = 0; k < kc; k++) {
        total += load<f32>(x) * load<f32>(b);
        x += 4;
        b += 32;
      }
      store<f32>(at, total);
    }
    tile += cStep;
    a += aStep;
  }
}
