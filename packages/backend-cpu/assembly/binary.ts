// y = f(a, b) on a matrix of rows and columns; the host has folded the tensors' axes into these two. An operand that is
// broadcast along the rows has a row step of 0. An operand that is broadcast along the columns has one element per row.

import { get, put } from './lanes';
import { splat } from './simd';

// @ts-ignore: decorator
@inline
function operand(row: usize, at: usize, perRow: bool, full: bool): v128 {
  return perRow ? v128.load32_splat(row) : get(row + at, full);
}

/** Computes rows begin ≤ r < end. Steps are in bytes. */
// @ts-ignore: decorator
@inline
function map<F>(
  a: usize,
  aStep: i32,
  aPerRow: bool,
  b: usize,
  bStep: i32,
  bPerRow: bool,
  y: usize,
  columns: i32,
  begin: i32,
  end: i32,
): void {
  const f = changetype<F>(0);
  const bytes = <usize>columns << 2;
  for (let row = begin; row < end; row++) {
    const aRow = a + <usize>row * aStep;
    const bRow = b + <usize>row * bStep;
    const yRow = y + <usize>row * bytes;
    let at: usize = 0;
    for (; at + 16 <= bytes; at += 16) {
      v128.store(yRow + at, f.of(operand(aRow, at, aPerRow, true), operand(bRow, at, bPerRow, true)));
    }
    for (; at < bytes; at += 4) {
      put(yRow + at, f.of(operand(aRow, at, aPerRow, false), operand(bRow, at, bPerRow, false)), false);
    }
  }
}

@unmanaged class Add {
  // @ts-ignore: decorator
  @inline of(a: v128, b: v128): v128 {
    return f32x4.add(a, b);
  }
}
@unmanaged class Sub {
  // @ts-ignore: decorator
  @inline of(a: v128, b: v128): v128 {
    return f32x4.sub(a, b);
  }
}
@unmanaged class Multiply {
  // @ts-ignore: decorator
  @inline of(a: v128, b: v128): v128 {
    return f32x4.mul(a, b);
  }
}
@unmanaged class RealDiv {
  // @ts-ignore: decorator
  @inline of(a: v128, b: v128): v128 {
    return f32x4.div(a, b);
  }
}
@unmanaged class Maximum {
  // @ts-ignore: decorator
  @inline of(a: v128, b: v128): v128 {
    return f32x4.max(a, b);
  }
}
@unmanaged class Minimum {
  // @ts-ignore: decorator
  @inline of(a: v128, b: v128): v128 {
    return f32x4.min(a, b);
  }
}
@unmanaged class SquaredDifference {
  // @ts-ignore: decorator
  @inline of(a: v128, b: v128): v128 {
    const d = f32x4.sub(a, b);
    return f32x4.mul(d, d);
  }
}
/** Gradient of an ELU with incoming gradient a and output b: a where b ≥ 0, else a·(b + 1). */
@unmanaged class EluGrad {
  // @ts-ignore: decorator
  @inline of(a: v128, b: v128): v128 {
    return v128.bitselect(a, f32x4.mul(a, f32x4.add(b, splat(1))), f32x4.ge(b, splat(0)));
  }
}

export function add(a: usize, aStep: i32, aPerRow: bool, b: usize, bStep: i32, bPerRow: bool, y: usize, columns: i32, begin: i32, end: i32): void { map<Add>(a, aStep, aPerRow, b, bStep, bPerRow, y, columns, begin, end); }
export function sub(a: usize, aStep: i32, aPerRow: bool, b: usize, bStep: i32, bPerRow: bool, y: usize, columns: i32, begin: i32, end: i32): void { map<Sub>(a, aStep, aPerRow, b, bStep, bPerRow, y, columns, begin, end); }
export function multiply(a: usize, aStep: i32, aPerRow: bool, b: usize, bStep: i32, bPerRow: bool, y: usize, columns: i32, begin: i32, end: i32): void { map<Multiply>(a, aStep, aPerRow, b, bStep, bPerRow, y, columns, begin, end); }
export function realDiv(a: usize, aStep: i32, aPerRow: bool, b: usize, bStep: i32, bPerRow: bool, y: usize, columns: i32, begin: i32, end: i32): void { map<RealDiv>(a, aStep, aPerRow, b, bStep, bPerRow, y, columns, begin, end); }
export function maximum(a: usize, aStep: i32, aPerRow: bool, b: usize, bStep: i32, bPerRow: bool, y: usize, columns: i32, begin: i32, end: i32): void { map<Maximum>(a, aStep, aPerRow, b, bStep, bPerRow, y, columns, begin, end); }
export function minimum(a: usize, aStep: i32, aPerRow: bool, b: usize, bStep: i32, bPerRow: bool, y: usize, columns: i32, begin: i32, end: i32): void { map<Minimum>(a, aStep, aPerRow, b, bStep, bPerRow, y, columns, begin, end); }
export function squaredDifference(a: usize, aStep: i32, aPerRow: bool, b: usize, bStep: i32, bPerRow: bool, y: usize, columns: i32, begin: i32, end: i32): void { map<SquaredDifference>(a, aStep, aPerRow, b, bStep, bPerRow, y, columns, begin, end); }
export function eluGrad(a: usize, aStep: i32, aPerRow: bool, b: usize, bStep: i32, bPerRow: bool, y: usize, columns: i32, begin: i32, end: i32): void { map<EluGrad>(a, aStep, aPerRow, b, bStep, bPerRow, y, columns, begin, end); }
