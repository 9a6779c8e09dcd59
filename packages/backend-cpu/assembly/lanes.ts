// A loop over a row takes four elements at a time and the last ones singly. Both use the same vector code; only load
// and store differ. `full` is a constant where these functions are inlined.

// @ts-ignore: decorator
@inline
export function get(at: usize, full: bool): v128 {
  return full ? v128.load(at) : v128.load32_zero(at);
}

// @ts-ignore: decorator
@inline
export function put(at: usize, value: v128, full: bool): void {
  if (full) v128.store(at, value);
  else v128.store_lane<f32>(at, value, 0);
}

/** Loads the first `count` floats at an address, 1 to 4. The other lanes are 0; nothing after the floats is read. */
// @ts-ignore: decorator
@inline
export function getFirst(at: usize, count: i32): v128 {
  if (count == 4) return v128.load(at);
  if (count == 1) return v128.load32_zero(at);
  const pair = v128.load64_zero(at);
  return count == 2 ? pair : v128.load_lane<f32>(at, pair, 2, 8);
}

/** Writes the first `count` lanes, 1 to 4, and nothing after them. */
// @ts-ignore: decorator
@inline
export function putFirst(at: usize, value: v128, count: i32): void {
  if (count == 4) v128.store(at, value);
  else if (count == 1) v128.store_lane<f32>(at, value, 0);
  else {
    v128.store_lane<i64>(at, value, 0);
    if (count == 3) v128.store_lane<f32>(at, value, 2, 8);
  }
}
