// One row times a matrix, where packing the matrix would cost more than the product. Both read the matrix once, in order.
// Sums are kept in blocks of single precision, whose sums are added in double, as those of reduce.ts.

import { addInDouble, roundSums } from './double-sums';
import { madd } from './simd';

/** Products that each of a dot product's eight sums adds up before it is added in double precision. */
const BLOCK: i32 = 128;
/** Rows that are scaled and added in single precision. */
const ROWS_BLOCK: i32 = 256;
/** So many rows are added in one go: blocks would cost more than they matter. */
const ROWS_PLAIN: i32 = 1024;

// @ts-ignore: decorator
@inline
function total(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

/** c[j] += Σ_k x[k] · w[j·k + k], for first ≤ j < last: rows of w are contiguous. Four rows at a time, two accumulators each. */
export function addRowDots(x: usize, w: usize, k: i32, c: usize, first: i32, last: i32): void {
  const step = <usize>k << 2;
  const whole = k & ~7;
  let j = first;
  for (; j + 4 <= last; j += 4) {
    let w0 = w + <usize>j * step;
    let w1 = w0 + step;
    let w2 = w1 + step;
    let w3 = w2 + step;
    let at = x;
    let s01 = f64x2.splat(0);
    let s23 = s01;
    let i = 0;
    while (i < whole) {
      const stop = min(whole, i + 8 * BLOCK);
      let a0 = f32x4.splat(0);
      let a1 = a0;
      let a2 = a0;
      let a3 = a0;
      let b0 = a0;
      let b1 = a0;
      let b2 = a0;
      let b3 = a0;
      for (; i < stop; i += 8) {
        const low = v128.load(at);
        const high = v128.load(at, 16);
        a0 = madd(low, v128.load(w0), a0);
        b0 = madd(high, v128.load(w0, 16), b0);
        a1 = madd(low, v128.load(w1), a1);
        b1 = madd(high, v128.load(w1, 16), b1);
        a2 = madd(low, v128.load(w2), a2);
        b2 = madd(high, v128.load(w2, 16), b2);
        a3 = madd(low, v128.load(w3), a3);
        b3 = madd(high, v128.load(w3, 16), b3);
        at += 32;
        w0 += 32;
        w1 += 32;
        w2 += 32;
        w3 += 32;
      }
      const block = f32x4(
        total(f32x4.add(a0, b0)),
        total(f32x4.add(a1, b1)),
        total(f32x4.add(a2, b2)),
        total(f32x4.add(a3, b3)),
      );
      s01 = f64x2.add(s01, f64x2.promote_low_f32x4(block));
      s23 = f64x2.add(s23, f64x2.promote_low_f32x4(i64x2.shuffle(block, block, 1, 0)));
    }
    for (; i < k; i++) {
      const x1 = f64x2.splat(<f64>load<f32>(at));
      const y01 = f32x4(load<f32>(w0), load<f32>(w1), 0, 0);
      const y23 = f32x4(load<f32>(w2), load<f32>(w3), 0, 0);
      s01 = f64x2.add(s01, f64x2.mul(x1, f64x2.promote_low_f32x4(y01)));
      s23 = f64x2.add(s23, f64x2.mul(x1, f64x2.promote_low_f32x4(y23)));
      at += 4;
      w0 += 4;
      w1 += 4;
      w2 += 4;
      w3 += 4;
    }
    const to = c + (<usize>j << 2);
    const sums = i64x2.shuffle(f32x4.demote_f64x2_zero(s01), f32x4.demote_f64x2_zero(s23), 0, 2);
    v128.store(to, f32x4.add(v128.load(to), sums));
  }
  for (; j < last; j++) {
    const to = c + (<usize>j << 2);
    store<f32>(to, load<f32>(to) + <f32>dot(x, w + <usize>j * step, k));
  }
}

/** Σ x[i] · y[i] */
function dot(x: usize, y: usize, k: i32): f64 {
  const whole = k & ~7;
  let sum: f64 = 0;
  let i = 0;
  while (i < whole) {
    const stop = min(whole, i + 8 * BLOCK);
    let a = f32x4.splat(0);
    let b = a;
    for (; i < stop; i += 8) {
      a = madd(v128.load(x), v128.load(y), a);
      b = madd(v128.load(x, 16), v128.load(y, 16), b);
      x += 32;
      y += 32;
    }
    sum += <f64>total(f32x4.add(a, b));
  }
  for (; i < k; i++) {
    sum += <f64>(load<f32>(x) * load<f32>(y));
    x += 4;
    y += 4;
  }
  return sum;
}

/** Bytes of scratch that `addManyScaledRows` needs. */
export function rowSumsBytes(k: i32, n: i32): i32 {
  return k <= ROWS_PLAIN ? 0 : n << 3;
}

/**
 * c[j] += Σ_k x[k] · w[k·n + j], for first ≤ j < last: columns of w are contiguous. `sums` has
 * `rowSumsBytes` bytes.
 */
export function addManyScaledRows(
  x: usize,
  w: usize,
  k: i32,
  n: i32,
  c: usize,
  sums: usize,
  first: i32,
  last: i32,
): void {
  if (k <= ROWS_PLAIN) {
    addScaledRows(x, w, k, n, c, first, last);
    return;
  }
  for (let j = first; j < last; j++) store<f64>(sums + (<usize>j << 3), <f64>load<f32>(c + (<usize>j << 2)));
  for (let i = 0; i < k; i += ROWS_BLOCK) {
    memory.fill(c + (<usize>first << 2), 0, <usize>(last - first) << 2);
    addScaledRows(x + (<usize>i << 2), w + <usize>i * (<usize>n << 2), min(ROWS_BLOCK, k - i), n, c, first, last);
    addInDouble(c, sums, first, last);
  }
  roundSums(sums, c, first, last);
}

/** The same in one go of single precision, four rows of w at a time. */
export function addScaledRows(x: usize, w: usize, k: i32, n: i32, c: usize, first: i32, last: i32): void {
  const step = <usize>n << 2;
  let i = 0;
  for (; i < k; i += 4) {
    const count = min(4, k - i);
    let w0 = w + <usize>i * step + (<usize>first << 2);
    if (count == 4) {
      const x0 = v128.load32_splat(x);
      const x1 = v128.load32_splat(x, 4);
      const x2 = v128.load32_splat(x, 8);
      const x3 = v128.load32_splat(x, 12);
      let to = c + (<usize>first << 2);
      let w1 = w0 + step;
      let w2 = w1 + step;
      let w3 = w2 + step;
      let j = first;
      for (; j + 4 <= last; j += 4) {
        let sum = madd(x0, v128.load(w0), v128.load(to));
        sum = madd(x1, v128.load(w1), sum);
        sum = madd(x2, v128.load(w2), sum);
        sum = madd(x3, v128.load(w3), sum);
        v128.store(to, sum);
        to += 16;
        w0 += 16;
        w1 += 16;
        w2 += 16;
        w3 += 16;
      }
      for (; j < last; j++) {
        store<f32>(
          to,
          load<f32>(to) +
            load<f32>(x) * load<f32>(w0) +
            load<f32>(x, 4) * load<f32>(w1) +
            load<f32>(x, 8) * load<f32>(w2) +
            load<f32>(x, 12) * load<f32>(w3),
        );
        to += 4;
        w0 += 4;
        w1 += 4;
        w2 += 4;
        w3 += 4;
      }
    } else {
      for (let r = 0; r < count; r++) {
        const value = load<f32>(x + (<usize>r << 2));
        let row = w + <usize>(i + r) * step + (<usize>first << 2);
        let at = c + (<usize>first << 2);
        for (let j = first; j < last; j++) {
          store<f32>(at, load<f32>(at) + value * load<f32>(row));
          at += 4;
          row += 4;
        }
      }
    }
    x += 16;
  }
}
