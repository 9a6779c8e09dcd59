// Copies operands of a product in the order in which the tiles read them: B in panels of 8 columns, [K/KC][N/8][kc][8],
// padded with zeros, and the rows of a transposed A one after another. If source and copy have different orders, 4×4
// squares are transposed in registers.

/** Number of values of k in a block of the product. */
export const KC: i32 = 256;

/** Number of floats of the packed B[K,N]. */
export function packedSize(k: i32, n: i32): i32 {
  return k * ((n + 7) & ~7);
}

/**
 * Packs the panels firstPanel ≤ panel < lastPanel (8 columns each) of B, whose element (k, n) is at b + 4·(k·rowStride
 * + n·columnStride).
 */
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
          transpose4(from, step, to, 32);
          transpose4(from + 4 * step, step, to + 16, 32);
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

/** Transposes four rows of four floats at `from`, `step` bytes apart, into four rows at `to`, `toStep` bytes apart. */
// @ts-ignore: decorator
@inline
function transpose4(from: usize, step: usize, to: usize, toStep: usize): void {
  const r0 = v128.load(from);
  const r1 = v128.load(from + step);
  const r2 = v128.load(from + 2 * step);
  const r3 = v128.load(from + 3 * step);
  const a = i32x4.shuffle(r0, r1, 0, 4, 1, 5);
  const b = i32x4.shuffle(r2, r3, 0, 4, 1, 5);
  const c = i32x4.shuffle(r0, r1, 2, 6, 3, 7);
  const d = i32x4.shuffle(r2, r3, 2, 6, 3, 7);
  v128.store(to, i64x2.shuffle(a, b, 0, 2));
  v128.store(to + toStep, i64x2.shuffle(a, b, 1, 3));
  v128.store(to + 2 * toStep, i64x2.shuffle(c, d, 0, 2));
  v128.store(to + 3 * toStep, i64x2.shuffle(c, d, 1, 3));
}

/** Copies rows of Aᵀ: element (i, k) from source + i·rowStep + k·columnStep to scratch[i·kc + k]. */
export function copyRows(source: usize, rowStep: usize, columnStep: usize, rows: i32, kc: i32, scratch: usize): void {
  const step = <usize>kc << 2;
  let i = 0;
  if (rowStep == 4) {
    for (; i + 4 <= rows; i += 4) {
      let from = source + (<usize>i << 2);
      let to = scratch + <usize>i * step;
      let k = 0;
      for (; k + 4 <= kc; k += 4) {
        transpose4(from, columnStep, to, step);
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

