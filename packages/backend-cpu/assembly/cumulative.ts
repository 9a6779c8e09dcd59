// y[o, r, i] = the sum or the product of x[o, 0…r, i], computed in double precision, for up to four columns i at a
// time.

import { getFirst, putFirst } from './lanes';

/**
 * Computes columns begin ≤ c < end of the outer·⌈inner/4⌉ vectors of y. With `exclusive`, element r is left out. With
 * `reverse`, the sum runs from the last r down. With `multiply`, it is a product.
 */
export function cumulate(
  x: usize,
  y: usize,
  size: i32,
  inner: i32,
  exclusive: bool,
  reverse: bool,
  multiply: bool,
  begin: i32,
  end: i32,
): void {
  const vectors = (inner + 3) >> 2;
  const rowBytes = <usize>inner << 2;
  const first = reverse ? <usize>max(0, size - 1) * rowBytes : 0;
  const step = reverse ? 0 - rowBytes : rowBytes;
  for (let item = begin; item < end; item++) {
    const outer = item / vectors;
    const column = (item % vectors) << 2;
    const offset = (((<usize>outer * size) * inner + column) << 2) + first;
    const width = min(4, inner - column);
    if (width == 4) cumulateColumns(x + offset, y + offset, size, step, exclusive, multiply, 4);
    else if (width == 3) cumulateColumns(x + offset, y + offset, size, step, exclusive, multiply, 3);
    else if (width == 2) cumulateColumns(x + offset, y + offset, size, step, exclusive, multiply, 2);
    else cumulateColumns(x + offset, y + offset, size, step, exclusive, multiply, 1);
  }
}

/** A constant `width` compiles to loads of exactly that many floats. */
// @ts-ignore: decorator
@inline
function cumulateColumns(
  from: usize,
  to: usize,
  size: i32,
  step: usize,
  exclusive: bool,
  multiply: bool,
  width: i32,
): void {
  let low = f64x2.splat(multiply ? 1 : 0);
  let high = low;
  for (let r = 0; r < size; r++) {
    const values = getFirst(from, width);
    if (exclusive) putFirst(to, rounded(low, high), width);
    const first = f64x2.promote_low_f32x4(values);
    const second = f64x2.promote_low_f32x4(i64x2.shuffle(values, values, 1, 0));
    low = multiply ? f64x2.mul(low, first) : f64x2.add(low, first);
    high = multiply ? f64x2.mul(high, second) : f64x2.add(high, second);
    if (!exclusive) putFirst(to, rounded(low, high), width);
    from += step;
    to += step;
  }
}

// @ts-ignore: decorator
@inline
function rounded(low: v128, high: v128): v128 {
  return i64x2.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}
