// Philox4x32-10 (Salmon et al. 2011): each block of four elements gets four random words, computed from the block's
// number alone.

// @ts-ignore: decorator
@inline
function high(a: u32, b: u32): u32 {
  return <u32>((<u64>a * <u64>b) >> 32);
}

/** Blocks begin ≤ i < end of four elements: x·scale if the element's word is at least the threshold, else x·0. */
export function philoxDropout(
  x: usize,
  y: usize,
  threshold: u32,
  scale: f32,
  seedLow: u32,
  seedHigh: u32,
  offsetLow: u32,
  offsetHigh: u32,
  begin: i32,
  end: i32,
): void {
  const limit = i32x4.splat(threshold);
  const factor = f32x4.splat(scale);
  for (let block = begin; block < end; block++) {
    let k0 = seedLow;
    let k1 = seedHigh;
    let c0: u32 = block;
    let c1: u32 = 0;
    let c2 = offsetLow;
    let c3 = offsetHigh;
    for (let round = 0; round < 10; round++) {
      const high0 = high(0xd2511f53, c0);
      const low0 = 0xd2511f53 * c0;
      const high1 = high(0xcd9e8d57, c2);
      const low1 = 0xcd9e8d57 * c2;
      c0 = high1 ^ c1 ^ k0;
      c1 = low1;
      c2 = high0 ^ c3 ^ k1;
      c3 = low0;
      k0 += 0x9e3779b9;
      k1 += 0xbb67ae85;
    }
    let words = i32x4.splat(c0);
    words = i32x4.replace_lane(words, 1, c1);
    words = i32x4.replace_lane(words, 2, c2);
    words = i32x4.replace_lane(words, 3, c3);
    const at = <usize>block << 4;
    const factors = v128.and(i32x4.ge_u(words, limit), factor);
    v128.store(y + at, f32x4.mul(v128.load(x + at), factors));
  }
}
