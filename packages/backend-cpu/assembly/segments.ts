// Sums of rows by segment. Only segments with many rows are summed in double precision.

import { addInDouble, roundSums } from './double-sums';

/** Largest number of rows that a segment sums in single precision. */
const PLAIN: i32 = 256;

/**
 * Numbers the segments of more than 256 rows: places[s] is the number of segment s among them, counted from 1, or 0 for
 * any other segment. Returns how many there are.
 */
export function placeLongSegments(ids: usize, places: usize, count: i32, segments: i32): i32 {
  memory.fill(places, 0, <usize>segments << 2);
  for (let i = 0; i < count; i++) {
    const id = load<u32>(ids + (<usize>i << 2));
    if (id >= <u32>segments) continue;
    const at = places + (<usize>id << 2);
    store<i32>(at, load<i32>(at) + 1);
  }
  let long = 0;
  for (let s = 0; s < segments; s++) {
    const at = places + (<usize>s << 2);
    store<i32>(at, load<i32>(at) > PLAIN ? ++long : 0);
  }
  return long;
}

/**
 * y[ids[i], …] += x[i, …] for the columns begin ≤ c < end, four floats each; ids outside 0…segments−1 are dropped. If
 * `places` is given, `sums` has a row of doubles for each long segment.
 */
export function segmentSum(
  x: usize,
  ids: usize,
  y: usize,
  count: i32,
  segments: i32,
  width: i32,
  places: usize,
  sums: usize,
  begin: i32,
  end: i32,
): void {
  const rowBytes = <usize>width << 2;
  const first = <usize>begin << 4;
  const stop = min(rowBytes, <usize>end << 4);
  for (let s = 0; s < segments; s++) {
    memory.fill(y + <usize>s * rowBytes + first, 0, stop - first);
    const place = places ? load<i32>(places + (<usize>s << 2)) : 0;
    if (place) memory.fill(sums + (<usize>(place - 1) * rowBytes + first) * 2, 0, (stop - first) * 2);
  }
  for (let i = 0; i < count; i++) {
    const id = load<u32>(ids + (<usize>i << 2));
    if (id >= <u32>segments) continue;
    const from = x + <usize>i * rowBytes;
    const place = places ? load<i32>(places + (<usize>id << 2)) : 0;
    if (place) {
      addInDouble(from, sums + <usize>(place - 1) * rowBytes * 2, <i32>(first >> 2), <i32>(stop >> 2));
      continue;
    }
    const to = y + <usize>id * rowBytes;
    let at = first;
    for (; at + 16 <= stop; at += 16) v128.store(to + at, f32x4.add(v128.load(to + at), v128.load(from + at)));
    for (; at < stop; at += 4) store<f32>(to + at, load<f32>(to + at) + load<f32>(from + at));
  }
  if (!places) return;
  for (let s = 0; s < segments; s++) {
    const place = load<i32>(places + (<usize>s << 2));
    if (place == 0) continue;
    const from = sums + <usize>(place - 1) * rowBytes * 2;
    roundSums(from, y + <usize>s * rowBytes, <i32>(first >> 2), <i32>(stop >> 2));
  }
}
