// The tiles of the product: h rows by 8 columns of C in 2·h registers, for h = 1…6, so that an edge costs only the rows
// that it has. For each of `count` values of k, every fourth one, two vectors of the panel are loaded once and
// multiplied by one element of every row of A. The tiles are written out because the compiler keeps only named
// variables in registers, not arrays.
//
// Every fourth k is taken together because vector-matrix.ts has to add the same numbers in the same order, and there
// one vector holds four neighbours of a row of B.

import { madd, splat } from './simd';

/** The initial value of a tile of C: its current elements, zero, or the bias of its columns. */
export const enum Begin {
  accumulate,
  overwrite,
  bias,
}

/**
 * Adds the initial value of the tile to a row's sum. Adding it last keeps the sum's rounding error that of a short sum.
 */
// @ts-ignore: decorator
@inline
function put(begin: i32, tile: usize, bias: usize, low: v128, high: v128): void {
  if (begin == Begin.overwrite) {
    // As when adding to existing zeros, −0 becomes 0.
    low = f32x4.add(splat(0), low);
    high = f32x4.add(splat(0), high);
  } else {
    const from = begin == Begin.accumulate ? tile : bias;
    low = f32x4.add(v128.load(from), low);
    high = f32x4.add(v128.load(from, 16), high);
  }
  v128.store(tile, low);
  v128.store(tile, high, 16);
}

export function tile6(a0: usize, aStep: usize, panel: usize, count: i32, tile: usize, cStep: usize, begin: i32, bias: usize): void {
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
  let l0 = f32x4.splat(0);
  let h0 = f32x4.splat(0);
  let l1 = f32x4.splat(0);
  let h1 = f32x4.splat(0);
  let l2 = f32x4.splat(0);
  let h2 = f32x4.splat(0);
  let l3 = f32x4.splat(0);
  let h3 = f32x4.splat(0);
  let l4 = f32x4.splat(0);
  let h4 = f32x4.splat(0);
  let l5 = f32x4.splat(0);
  let h5 = f32x4.splat(0);
  for (let k = 0; k < count; k++) {
    const low = v128.load(panel);
    const high = v128.load(panel, 16);
    panel += 128;
    let x = v128.load32_splat(a0);
    l0 = madd(x, low, l0);
    h0 = madd(x, high, h0);
    a0 += 16;
    x = v128.load32_splat(a1);
    l1 = madd(x, low, l1);
    h1 = madd(x, high, h1);
    a1 += 16;
    x = v128.load32_splat(a2);
    l2 = madd(x, low, l2);
    h2 = madd(x, high, h2);
    a2 += 16;
    x = v128.load32_splat(a3);
    l3 = madd(x, low, l3);
    h3 = madd(x, high, h3);
    a3 += 16;
    x = v128.load32_splat(a4);
    l4 = madd(x, low, l4);
    h4 = madd(x, high, h4);
    a4 += 16;
    x = v128.load32_splat(a5);
    l5 = madd(x, low, l5);
    h5 = madd(x, high, h5);
    a5 += 16;
  }
  put(begin, tile, bias, l0, h0);
  put(begin, c1, bias, l1, h1);
  put(begin, c2, bias, l2, h2);
  put(begin, c3, bias, l3, h3);
  put(begin, c4, bias, l4, h4);
  put(begin, c5, bias, l5, h5);
}

export function tile5(a0: usize, aStep: usize, panel: usize, count: i32, tile: usize, cStep: usize, begin: i32, bias: usize): void {
  let a1 = a0 + aStep;
  let a2 = a1 + aStep;
  let a3 = a2 + aStep;
  let a4 = a3 + aStep;
  const c1 = tile + cStep;
  const c2 = c1 + cStep;
  const c3 = c2 + cStep;
  const c4 = c3 + cStep;
  let l0 = f32x4.splat(0);
  let h0 = f32x4.splat(0);
  let l1 = f32x4.splat(0);
  let h1 = f32x4.splat(0);
  let l2 = f32x4.splat(0);
  let h2 = f32x4.splat(0);
  let l3 = f32x4.splat(0);
  let h3 = f32x4.splat(0);
  let l4 = f32x4.splat(0);
  let h4 = f32x4.splat(0);
  for (let k = 0; k < count; k++) {
    const low = v128.load(panel);
    const high = v128.load(panel, 16);
    panel += 128;
    let x = v128.load32_splat(a0);
    l0 = madd(x, low, l0);
    h0 = madd(x, high, h0);
    a0 += 16;
    x = v128.load32_splat(a1);
    l1 = madd(x, low, l1);
    h1 = madd(x, high, h1);
    a1 += 16;
    x = v128.load32_splat(a2);
    l2 = madd(x, low, l2);
    h2 = madd(x, high, h2);
    a2 += 16;
    x = v128.load32_splat(a3);
    l3 = madd(x, low, l3);
    h3 = madd(x, high, h3);
    a3 += 16;
    x = v128.load32_splat(a4);
    l4 = madd(x, low, l4);
    h4 = madd(x, high, h4);
    a4 += 16;
  }
  put(begin, tile, bias, l0, h0);
  put(begin, c1, bias, l1, h1);
  put(begin, c2, bias, l2, h2);
  put(begin, c3, bias, l3, h3);
  put(begin, c4, bias, l4, h4);
}

export function tile4(a0: usize, aStep: usize, panel: usize, count: i32, tile: usize, cStep: usize, begin: i32, bias: usize): void {
  let a1 = a0 + aStep;
  let a2 = a1 + aStep;
  let a3 = a2 + aStep;
  const c1 = tile + cStep;
  const c2 = c1 + cStep;
  const c3 = c2 + cStep;
  let l0 = f32x4.splat(0);
  let h0 = f32x4.splat(0);
  let l1 = f32x4.splat(0);
  let h1 = f32x4.splat(0);
  let l2 = f32x4.splat(0);
  let h2 = f32x4.splat(0);
  let l3 = f32x4.splat(0);
  let h3 = f32x4.splat(0);
  for (let k = 0; k < count; k++) {
    const low = v128.load(panel);
    const high = v128.load(panel, 16);
    panel += 128;
    let x = v128.load32_splat(a0);
    l0 = madd(x, low, l0);
    h0 = madd(x, high, h0);
    a0 += 16;
    x = v128.load32_splat(a1);
    l1 = madd(x, low, l1);
    h1 = madd(x, high, h1);
    a1 += 16;
    x = v128.load32_splat(a2);
    l2 = madd(x, low, l2);
    h2 = madd(x, high, h2);
    a2 += 16;
    x = v128.load32_splat(a3);
    l3 = madd(x, low, l3);
    h3 = madd(x, high, h3);
    a3 += 16;
  }
  put(begin, tile, bias, l0, h0);
  put(begin, c1, bias, l1, h1);
  put(begin, c2, bias, l2, h2);
  put(begin, c3, bias, l3, h3);
}

export function tile3(a0: usize, aStep: usize, panel: usize, count: i32, tile: usize, cStep: usize, begin: i32, bias: usize): void {
  let a1 = a0 + aStep;
  let a2 = a1 + aStep;
  const c1 = tile + cStep;
  const c2 = c1 + cStep;
  let l0 = f32x4.splat(0);
  let h0 = f32x4.splat(0);
  let l1 = f32x4.splat(0);
  let h1 = f32x4.splat(0);
  let l2 = f32x4.splat(0);
  let h2 = f32x4.splat(0);
  for (let k = 0; k < count; k++) {
    const low = v128.load(panel);
    const high = v128.load(panel, 16);
    panel += 128;
    let x = v128.load32_splat(a0);
    l0 = madd(x, low, l0);
    h0 = madd(x, high, h0);
    a0 += 16;
    x = v128.load32_splat(a1);
    l1 = madd(x, low, l1);
    h1 = madd(x, high, h1);
    a1 += 16;
    x = v128.load32_splat(a2);
    l2 = madd(x, low, l2);
    h2 = madd(x, high, h2);
    a2 += 16;
  }
  put(begin, tile, bias, l0, h0);
  put(begin, c1, bias, l1, h1);
  put(begin, c2, bias, l2, h2);
}

export function tile2(a0: usize, aStep: usize, panel: usize, count: i32, tile: usize, cStep: usize, begin: i32, bias: usize): void {
  let a1 = a0 + aStep;
  const c1 = tile + cStep;
  let l0 = f32x4.splat(0);
  let h0 = f32x4.splat(0);
  let l1 = f32x4.splat(0);
  let h1 = f32x4.splat(0);
  for (let k = 0; k < count; k++) {
    const low = v128.load(panel);
    const high = v128.load(panel, 16);
    panel += 128;
    let x = v128.load32_splat(a0);
    l0 = madd(x, low, l0);
    h0 = madd(x, high, h0);
    a0 += 16;
    x = v128.load32_splat(a1);
    l1 = madd(x, low, l1);
    h1 = madd(x, high, h1);
    a1 += 16;
  }
  put(begin, tile, bias, l0, h0);
  put(begin, c1, bias, l1, h1);
}

export function tile1(a0: usize, aStep: usize, panel: usize, count: i32, tile: usize, cStep: usize, begin: i32, bias: usize): void {
  let l0 = f32x4.splat(0);
  let h0 = f32x4.splat(0);
  for (let k = 0; k < count; k++) {
    const low = v128.load(panel);
    const high = v128.load(panel, 16);
    panel += 128;
    let x = v128.load32_splat(a0);
    l0 = madd(x, low, l0);
    h0 = madd(x, high, h0);
    a0 += 16;
  }
  put(begin, tile, bias, l0, h0);
}

/** A tile of fewer than 8 columns, one row at a time: the panel is padded with zeros, C is not. */
export function narrowTile(
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
  for (let i = 0; i < height; i++) {
    let low = f32x4.splat(0);
    let high = f32x4.splat(0);
    let b = panel;
    for (let k = 0; k < count; k++) {
      const x = v128.load32_splat(a + (<usize>k << 4));
      low = madd(x, v128.load(b), low);
      high = madd(x, v128.load(b, 16), high);
      b += 128;
    }
    let at = tile;
    let columnBias = bias;
    for (let j = 0; j < width; j++) {
      const from: f32 = begin == Begin.accumulate ? load<f32>(at) : begin == Begin.bias ? load<f32>(columnBias) : 0;
      store<f32>(at, from + f32x4.extract_lane(low, 0));
      // The next column's sum moves to lane 0.
      low = i32x4.shuffle(low, high, 1, 2, 3, 4);
      high = i32x4.shuffle(high, high, 1, 2, 3, 0);
      at += 4;
      columnBias += 4;
    }
    tile += cStep;
    a += aStep;
  }
}
