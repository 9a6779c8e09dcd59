import { dropoutFactors } from '../../backend/assembly/dropout-factors';

/** Groups begin ≤ i < end of sixteen elements: x·scale if the element's word is at least the threshold, else x·0. */
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
  const from = <usize>begin << 6;
  const to = <usize>end << 6;
  const blocks = (end - begin) << 2;
  dropoutFactors(y + from, begin << 2, blocks, threshold, scale, seedLow, seedHigh, offsetLow, offsetHigh);
  for (let at = from; at < to; at += 16) {
    v128.store(y + at, f32x4.mul(v128.load(x + at), v128.load(y + at)));
  }
}
