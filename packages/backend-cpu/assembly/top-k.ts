// The greatest elements of each row. The best elements so far are in a heap whose root is the least of them. A new
// element enters only if it is greater than the root. Four vector comparisons reject most of a row, sixteen elements at
// a time. At the end, repeatedly removing the root and filling the places from the back sorts the heap.
//
// An element's key is one number. Its upper half orders the values; its lower half is the place, counted backwards, so
// that the first of several equal values has the greatest key.

import { threadScratch } from './thread';

/** Bytes of scratch that a thread needs. */
export function topKScratchBytes(k: i32): i32 {
  return k << 3;
}

/** NaN has the greatest key; 0 and −0 have the same order. */
// @ts-ignore: decorator
@inline
function keyOf(value: f32, place: i32): u64 {
  const bits = reinterpret<i32>(value + 0);
  const order: u32 = value != value ? 0xffffffff : bits ^ ((bits >> 31) | 0x80000000);
  return ((<u64>order) << 32) | (<u64>~(<u32>place));
}

// @ts-ignore: decorator
@inline
function placeOf(key: u64): usize {
  return <usize>~(<u32>key);
}

/** Puts `key` into the heap of `size` keys at `hole` or below it; keys that are less than `key` move up. */
// @ts-ignore: decorator
@inline
function sink(heap: usize, size: i32, hole: i32, key: u64): void {
  for (;;) {
    let child = 2 * hole + 1;
    if (child >= size) break;
    let least = load<u64>(heap + (<usize>child << 3));
    if (child + 1 < size) {
      const other = load<u64>(heap + (<usize>child << 3), 8);
      if (other < least) {
        least = other;
        child++;
      }
    }
    if (key <= least) break;
    store<u64>(heap + (<usize>hole << 3), least);
    hole = child;
  }
  store<u64>(heap + (<usize>hole << 3), key);
}

/** The value of the heap's least element, which a new element has to exceed. */
// @ts-ignore: decorator
@inline
function leastValue(heap: usize, row: usize): f32 {
  return load<f32>(row + (placeOf(load<u64>(heap)) << 2));
}

/** Adds the element to the heap if its key is greater than the root. */
// @ts-ignore: decorator
@inline
function offer(heap: usize, k: i32, row: usize, place: i32): void {
  const key = keyOf(load<f32>(row + (<usize>place << 2)), place);
  if (key > load<u64>(heap)) sink(heap, k, 0, key);
}

/**
 * One bit for each of four elements that do not exceed the least value of the heap. A later equal element is rejected;
 * NaN is not.
 */
// @ts-ignore: decorator
@inline
function beaten(at: usize, least: v128): i32 {
  return i32x4.bitmask(f32x4.le(v128.load(at), least));
}

/**
 * The `k` greatest elements of rows begin ≤ r < end of `[R, count]`, in descending order, and their places; 0 < k ≤
 * count.
 */
export function topK(
  x: usize,
  values: usize,
  indices: usize,
  count: i32,
  k: i32,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const heap = threadScratch(scratch, topKScratchBytes(k));
  for (let r = begin; r < end; r++) {
    const row = x + ((<usize>r * count) << 2);
    best(row, count, k, heap);
    for (let size = k - 1; size > 0; size--) {
      const last = heap + (<usize>size << 3);
      const key = load<u64>(last);
      store<u64>(last, load<u64>(heap));
      sink(heap, size, 0, key);
    }
    const to = (<usize>r * k) << 2;
    for (let i = 0; i < k; i++) {
      const place = placeOf(load<u64>(heap + (<usize>i << 3)));
      const at = to + (<usize>i << 2);
      store<u32>(indices + at, <u32>place);
      store<f32>(values + at, load<f32>(row + (place << 2)));
    }
  }
}

/** Makes a heap of the `k` greatest elements of a row. */
function best(row: usize, count: i32, k: i32, heap: usize): void {
  for (let i = 0; i < k; i++) {
    store<u64>(heap + (<usize>i << 3), keyOf(load<f32>(row + (<usize>i << 2)), i));
  }
  for (let i = (k >> 1) - 1; i >= 0; i--) sink(heap, k, i, load<u64>(heap + (<usize>i << 3)));
  let i = k;
  let least = f32x4.splat(leastValue(heap, row));
  for (; i + 16 <= count; i += 16) {
    const at = row + (<usize>i << 2);
    const stay = beaten(at, least) | (beaten(at + 16, least) << 4) | (beaten(at + 32, least) << 8) | (beaten(at + 48, least) << 12);
    if (stay == 0xffff) continue;
    for (let left = stay ^ 0xffff; left; left &= left - 1) offer(heap, k, row, i + ctz(left));
    least = f32x4.splat(leastValue(heap, row));
  }
  for (; i < count; i++) offer(heap, k, row, i);
}
