// y[o, i] = reduction over r of x[o, r, i]. If i has more than one value, whole vectors along i are reduced at a time;
// otherwise each row of contiguous elements is reduced. Sums are accumulated in single precision within a block, and
// the blocks' sums are added in double precision. So the error is that of one block's sum, however many blocks there
// are.

import { getFirst, putFirst } from './lanes';
import { splat } from './simd';

const BLOCK: i32 = 128;

/** Computes columns begin ≤ c < end of the outer·⌈inner/4⌉ vectors of y; `scale` multiplies the sum. */
export function sumColumns(x: usize, y: usize, reduced: i32, inner: i32, scale: f64, begin: i32, end: i32): void {
  const vectors = (inner + 3) >> 2;
  const step = <usize>inner << 2;
  for (let item = begin; item < end; item++) {
    const outer = item / vectors;
    const column = (item % vectors) << 2;
    const from = x + (((<usize>outer * reduced) * inner + column) << 2);
    const to = y + ((<usize>outer * inner + column) << 2);
    const width = inner - column;
    if (width >= 4) sumColumnsOf(from, to, reduced, step, scale, 4);
    else if (width == 3) sumColumnsOf(from, to, reduced, step, scale, 3);
    else if (width == 2) sumColumnsOf(from, to, reduced, step, scale, 2);
    else sumColumnsOf(from, to, reduced, step, scale, 1);
  }
}

/**
 * Sums `width` columns of `reduced` rows, `step` bytes apart. A constant width compiles to loads of exactly that many
 * floats.
 */
// @ts-ignore: decorator
@inline
function sumColumnsOf(from: usize, to: usize, reduced: i32, step: usize, scale: f64, width: i32): void {
  let low = f64x2.splat(0);
  let high = low;
  for (let r = 0; r < reduced; ) {
    const stop = min(reduced, r + BLOCK);
    let block = splat(0);
    for (; r < stop; r++) {
      block = f32x4.add(block, getFirst(from, width));
      from += step;
    }
    low = f64x2.add(low, f64x2.promote_low_f32x4(block));
    high = f64x2.add(high, f64x2.promote_low_f32x4(i64x2.shuffle(block, block, 1, 0)));
  }
  const by = f64x2.splat(scale);
  const first = f32x4.demote_f64x2_zero(f64x2.mul(low, by));
  const second = f32x4.demote_f64x2_zero(f64x2.mul(high, by));
  putFirst(to, i64x2.shuffle(first, second, 0, 2), width);
}

/** Sums rows begin ≤ o < end of `reduced` contiguous elements. */
export function sumRows(x: usize, y: usize, reduced: i32, scale: f64, begin: i32, end: i32): void {
  for (let row = begin; row < end; row++) {
    const total = sumRow(x + (<usize>row * (<usize>reduced << 2)), reduced);
    store<f32>(y + (<usize>row << 2), <f32>(total * scale));
  }
}

export function sumRow(from: usize, count: i32): f64 {
  let total: f64 = 0;
  for (let i = 0; i < count; ) {
    const stop = min(count, i + 8 * BLOCK);
    let a = splat(0);
    let b = splat(0);
    for (; i + 8 <= stop; i += 8) {
      a = f32x4.add(a, v128.load(from));
      b = f32x4.add(b, v128.load(from, 16));
      from += 32;
    }
    // The last elements are added in the same lanes as if zeros followed, so that a padded row has the same sum.
    const left = stop - i;
    if (left > 0) a = f32x4.add(a, getFirst(from, min(left, 4)));
    if (left > 4) b = f32x4.add(b, getFirst(from + 16, left - 4));
    from += <usize>left << 2;
    i = stop;
    a = f32x4.add(a, b);
    const pairs = f64x2.add(
      f64x2.promote_low_f32x4(a),
      f64x2.promote_low_f32x4(i64x2.shuffle(a, a, 1, 0)),
    );
    total += f64x2.extract_lane(pairs, 0) + f64x2.extract_lane(pairs, 1);
  }
  return total;
}

/** The maxima of rows begin ≤ o < end; NaN if a row contains one. */
export function maxRows(x: usize, y: usize, reduced: i32, begin: i32, end: i32): void {
  for (let row = begin; row < end; row++) {
    store<f32>(y + (<usize>row << 2), maxRow(x + <usize>row * (<usize>reduced << 2), reduced));
  }
}

export function maxRow(from: usize, count: i32): f32 {
  // On x86, f32x4.max takes seven instructions because of NaN, and pmax takes one. So NaN is detected separately.
  let most = splat(-<f32>Infinity);
  let unordered = i32x4.splat(0);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const x = v128.load(from);
    most = f32x4.pmax(most, x);
    unordered = v128.or(unordered, f32x4.ne(x, x));
    from += 16;
  }
  for (; i < count; i++) {
    const x = v128.load32_splat(from);
    most = f32x4.pmax(most, x);
    unordered = v128.or(unordered, f32x4.ne(x, x));
    from += 4;
  }
  if (v128.any_true(unordered)) return f32.NaN;
  return max(
    max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
    max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
  );
}

/** Σ x² in double precision, for the norm of a gradient. */
export function sumOfSquares(x: usize, count: i32): f64 {
  let a = f64x2.splat(0);
  let b = a;
  const end = x + (<usize>count << 2);
  for (; x + 16 <= end; x += 16) {
    const v = v128.load(x);
    const low = f64x2.promote_low_f32x4(v);
    const high = f64x2.promote_low_f32x4(i64x2.shuffle(v, v, 1, 0));
    a = f64x2.add(a, f64x2.mul(low, low));
    b = f64x2.add(b, f64x2.mul(high, high));
  }
  a = f64x2.add(a, b);
  let total = f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1);
  for (; x < end; x += 4) {
    const value = <f64>load<f32>(x);
    total += value * value;
  }
  return total;
}

/** 1 if no element is NaN or infinite, else 0. */
export function allFinite(x: usize, count: i32): i32 {
  const exponent = i32x4.splat(0x7f800000);
  let found = i32x4.splat(0);
  const end = x + (<usize>count << 2);
  for (; x + 16 <= end; x += 16) found = v128.or(found, i32x4.eq(v128.and(v128.load(x), exponent), exponent));
  // The remaining lanes of the last loads are 0, which is finite.
  for (; x < end; x += 4) found = v128.or(found, i32x4.eq(v128.and(v128.load32_zero(x), exponent), exponent));
  return v128.any_true(found) ? 0 : 1;
}
