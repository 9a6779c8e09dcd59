// A loop over a row takes four elements at a time and its last ones singly, by the same vector code: only load and store
// differ. `full` is a constant where these are inlined.

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
