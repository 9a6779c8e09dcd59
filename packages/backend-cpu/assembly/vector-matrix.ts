// One row times a matrix, for products where packing the matrix would cost more than it saves. The matrix is read once,
// in place.
//
// Products are added in the order of gemm.ts, so that a row alone has the same bits as in a batch of a thousand: for
// each block of KC values of k, and i = 0…3, c += Σ x[k]·w[k] over its k ≡ i (mod 4), each sum starting from 0.

import { KC } from './gemm-pack';
import { get, getFirst, put } from './lanes';
import { madd, splat } from './simd';

/**
 * c[j] += Σ_k x[k] · w[j·stride + k], for first ≤ j < last: rows of w are contiguous. Taking eight rows at a time hides
 * latency.
 */
export function addRowDots(x: usize, w: usize, stride: i32, k: i32, c: usize, first: i32, last: i32): void {
  const step = <usize>stride << 2;
  for (let k0 = 0; k0 < k; k0 += KC) {
    const kc = min(KC, k - k0);
    const from = x + (<usize>k0 << 2);
    let row = w + <usize>first * step + (<usize>k0 << 2);
    let to = c + (<usize>first << 2);
    let j = first;
    for (; j + 8 <= last; j += 8) {
      addEightDots(from, row, step, kc, to);
      row += 8 * step;
      to += 32;
    }
    for (; j < last; j++) {
      addDot(from, row, kc, to);
      row += step;
      to += 4;
    }
  }
}

function addEightDots(x: usize, row: usize, step: usize, kc: i32, to: usize): void {
  let s0 = splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let s4 = s0;
  let s5 = s0;
  let s6 = s0;
  let s7 = s0;
  const end = x + (<usize>(kc & ~3) << 2);
  for (; x < end; x += 16) {
    const four = v128.load(x);
    s0 = madd(four, v128.load(row), s0);
    s1 = madd(four, v128.load(row + step), s1);
    s2 = madd(four, v128.load(row + 2 * step), s2);
    s3 = madd(four, v128.load(row + 3 * step), s3);
    s4 = madd(four, v128.load(row + 4 * step), s4);
    s5 = madd(four, v128.load(row + 5 * step), s5);
    s6 = madd(four, v128.load(row + 6 * step), s6);
    s7 = madd(four, v128.load(row + 7 * step), s7);
    row += 16;
  }
  const left = kc & 3;
  if (left) {
    // The missing elements are loaded as zeros, which do not change a sum.
    const rest = getFirst(x, left);
    s0 = madd(rest, getFirst(row, left), s0);
    s1 = madd(rest, getFirst(row + step, left), s1);
    s2 = madd(rest, getFirst(row + 2 * step, left), s2);
    s3 = madd(rest, getFirst(row + 3 * step, left), s3);
    s4 = madd(rest, getFirst(row + 4 * step, left), s4);
    s5 = madd(rest, getFirst(row + 5 * step, left), s5);
    s6 = madd(rest, getFirst(row + 6 * step, left), s6);
    s7 = madd(rest, getFirst(row + 7 * step, left), s7);
  }
  addSums(to, s0, s1, s2, s3);
  addSums(to + 16, s4, s5, s6, s7);
}

/** Adds four sums each to four elements of c: first the first sum of every element, then the second, and so on. */
// @ts-ignore: decorator
@inline
function addSums(to: usize, s0: v128, s1: v128, s2: v128, s3: v128): void {
  const a = i32x4.shuffle(s0, s1, 0, 4, 1, 5);
  const b = i32x4.shuffle(s2, s3, 0, 4, 1, 5);
  const c = i32x4.shuffle(s0, s1, 2, 6, 3, 7);
  const d = i32x4.shuffle(s2, s3, 2, 6, 3, 7);
  let sum = f32x4.add(v128.load(to), i64x2.shuffle(a, b, 0, 2));
  sum = f32x4.add(sum, i64x2.shuffle(a, b, 1, 3));
  sum = f32x4.add(sum, i64x2.shuffle(c, d, 0, 2));
  v128.store(to, f32x4.add(sum, i64x2.shuffle(c, d, 1, 3)));
}

function addDot(x: usize, row: usize, kc: i32, to: usize): void {
  let sums = splat(0);
  const end = x + (<usize>(kc & ~3) << 2);
  for (; x < end; x += 16, row += 16) sums = madd(v128.load(x), v128.load(row), sums);
  const left = kc & 3;
  if (left) sums = madd(getFirst(x, left), getFirst(row, left), sums);
  const first = f32x4.extract_lane(sums, 0);
  const second = f32x4.extract_lane(sums, 1);
  store<f32>(to, load<f32>(to) + first + second + f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3));
}

/** c[j] += Σ_k x[k] · w[k·n + j], for first ≤ j < last: columns of w are contiguous. */
export function addScaledRows(x: usize, w: usize, k: i32, n: i32, c: usize, first: i32, last: i32): void {
  const step = <usize>n << 2;
  for (let k0 = 0; k0 < k; k0 += KC) {
    const kc = min(KC, k - k0);
    for (let i = 0; i < min(4, kc); i++) {
      const from = x + (<usize>(k0 + i) << 2);
      const rows = w + <usize>(k0 + i) * step;
      const count = (kc + 3 - i) >> 2;
      let j = first;
      for (; j + 32 <= last; j += 32) addWideColumns(from, rows + (<usize>j << 2), step, count, c + (<usize>j << 2));
      for (; j + 4 <= last; j += 4) addColumns(from, rows + (<usize>j << 2), step, count, c + (<usize>j << 2), true);
      for (; j < last; j++) addColumns(from, rows + (<usize>j << 2), step, count, c + (<usize>j << 2), false);
    }
  }
}

/** Thirty-two columns of `count` rows, every fourth one. */
function addWideColumns(x: usize, w: usize, step: usize, count: i32, c: usize): void {
  let s0 = splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let s4 = s0;
  let s5 = s0;
  let s6 = s0;
  let s7 = s0;
  for (let k = 0; k < count; k++) {
    const factor = v128.load32_splat(x);
    s0 = madd(factor, v128.load(w), s0);
    s1 = madd(factor, v128.load(w, 16), s1);
    s2 = madd(factor, v128.load(w, 32), s2);
    s3 = madd(factor, v128.load(w, 48), s3);
    s4 = madd(factor, v128.load(w, 64), s4);
    s5 = madd(factor, v128.load(w, 80), s5);
    s6 = madd(factor, v128.load(w, 96), s6);
    s7 = madd(factor, v128.load(w, 112), s7);
    x += 16;
    w += 4 * step;
  }
  v128.store(c, f32x4.add(v128.load(c), s0));
  v128.store(c, f32x4.add(v128.load(c, 16), s1), 16);
  v128.store(c, f32x4.add(v128.load(c, 32), s2), 32);
  v128.store(c, f32x4.add(v128.load(c, 48), s3), 48);
  v128.store(c, f32x4.add(v128.load(c, 64), s4), 64);
  v128.store(c, f32x4.add(v128.load(c, 80), s5), 80);
  v128.store(c, f32x4.add(v128.load(c, 96), s6), 96);
  v128.store(c, f32x4.add(v128.load(c, 112), s7), 112);
}

/** Four columns or one column. */
// @ts-ignore: decorator
@inline
function addColumns(x: usize, w: usize, step: usize, count: i32, c: usize, full: bool): void {
  let sum = splat(0);
  for (let k = 0; k < count; k++) {
    sum = madd(v128.load32_splat(x), get(w, full), sum);
    x += 16;
    w += 4 * step;
  }
  put(c, f32x4.add(get(c, full), sum), full);
}
