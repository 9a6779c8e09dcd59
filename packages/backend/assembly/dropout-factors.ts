// Philox4x32-10 (Salmon et al. 2011) for four counters at once: a vector holds one word of each of the four blocks.

const KEY_STEP_0: u32 = 0x9e3779b9;
const KEY_STEP_1: u32 = 0xbb67ae85;

/** The upper words of products, of which `first` and `second` hold two each. */
// @ts-ignore: decorator
@inline
function high(first: v128, second: v128): v128 {
  return v128.shuffle<i32>(first, second, 1, 3, 5, 7);
}

/** The lower words */
// @ts-ignore: decorator
@inline
function low(first: v128, second: v128): v128 {
  return v128.shuffle<i32>(first, second, 0, 2, 4, 6);
}

/** The scale where the word is at least the limit, else 0. */
// @ts-ignore: decorator
@inline
function factors(words: v128, limit: v128, scale: v128): v128 {
  return v128.and(i32x4.ge_u(words, limit), scale);
}

/**
 * Writes the dropout factors of the blocks `block ≤ i < block + blocks` from address `to` on, four numbers a block.
 *
 * @param blocks a multiple of four
 */
export function dropoutFactors(
  to: usize,
  block: u32,
  blocks: u32,
  threshold: u32,
  scale: f32,
  seedLow: u32,
  seedHigh: u32,
  offsetLow: u32,
  offsetHigh: u32,
): void {
  const limit = i32x4.splat(threshold);
  const scales = f32x4.splat(scale);
  const factor0 = i32x4.splat(0xd2511f53);
  const factor2 = i32x4.splat(0xcd9e8d57);
  for (let i: u32 = 0; i < blocks; i += 4) {
    let c0 = i32x4.add(i32x4.splat(block + i), i32x4(0, 1, 2, 3));
    let c1 = i32x4.splat(0);
    let c2 = i32x4.splat(offsetLow);
    let c3 = i32x4.splat(offsetHigh);
    let key0 = seedLow;
    let key1 = seedHigh;
    for (let round = 0; round < 10; round++) {
      const first0 = i64x2.extmul_low_i32x4_u(c0, factor0);
      const second0 = i64x2.extmul_high_i32x4_u(c0, factor0);
      const first2 = i64x2.extmul_low_i32x4_u(c2, factor2);
      const second2 = i64x2.extmul_high_i32x4_u(c2, factor2);
      c0 = v128.xor(v128.xor(c1, i32x4.splat(key0)), high(first2, second2));
      c1 = low(first2, second2);
      c2 = v128.xor(v128.xor(c3, i32x4.splat(key1)), high(first0, second0));
      c3 = low(first0, second0);
      key0 += KEY_STEP_0;
      key1 += KEY_STEP_1;
    }
    c0 = factors(c0, limit, scales);
    c1 = factors(c1, limit, scales);
    c2 = factors(c2, limit, scales);
    c3 = factors(c3, limit, scales);
    // The transpose brings the four words of each block together.
    const first01 = v128.shuffle<i32>(c0, c1, 0, 4, 1, 5);
    const last01 = v128.shuffle<i32>(c0, c1, 2, 6, 3, 7);
    const first23 = v128.shuffle<i32>(c2, c3, 0, 4, 1, 5);
    const last23 = v128.shuffle<i32>(c2, c3, 2, 6, 3, 7);
    const at = to + (<usize>i << 4);
    v128.store(at, v128.shuffle<i64>(first01, first23, 0, 2));
    v128.store(at, v128.shuffle<i64>(first01, first23, 1, 3), 16);
    v128.store(at, v128.shuffle<i64>(last01, last23, 0, 2), 32);
    v128.store(at, v128.shuffle<i64>(last01, last23, 1, 3), 48);
  }
}
