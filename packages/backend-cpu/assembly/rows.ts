// Kernels that move or add unchanged rows of elements: gather, scatter, concatenation, slices, transposition.

/** Copies `count` pieces of `bytes` bytes each; source and target have their own steps. */
export function copyPieces(from: usize, fromStep: i32, to: usize, toStep: i32, bytes: i32, begin: i32, end: i32): void {
  from += <usize>begin * fromStep;
  to += <usize>begin * toStep;
  for (let piece = begin; piece < end; piece++) {
    memory.copy(to, from, bytes);
    from += fromStep;
    to += toStep;
  }
}

/**
 * y[o, i, …] = x[o, indices[i], …], pieces of `bytes`; `rows` is x's size along the axis. Returns the first i whose
 * index is out of range, or −1.
 */
export function gatherRows(
  x: usize,
  indices: usize,
  y: usize,
  outer: i32,
  rows: i32,
  count: i32,
  bytes: i32,
): i32 {
  for (let i = 0; i < count; i++) {
    if (load<u32>(indices + (<usize>i << 2)) >= <u32>rows) return i;
  }
  for (let o = 0; o < outer; o++) {
    const from = x + <usize>o * rows * bytes;
    for (let i = 0; i < count; i++) {
      memory.copy(y, from + <usize>load<u32>(indices + (<usize>i << 2)) * bytes, bytes);
      y += bytes;
    }
  }
  return -1;
}

/** Pieces begin ≤ i < end of `[T, N, …]`, `bytes` each: a copy of x if the row runs at the step, else 0. */
export function zeroPadding(x: usize, lengths: usize, y: usize, rows: i32, bytes: i32, begin: i32, end: i32): void {
  for (let i = begin; i < end; i++) {
    const offset = <usize>i * bytes;
    if (load<i32>(lengths + (<usize>(i % rows) << 2)) > i / rows) memory.copy(y + offset, x + offset, bytes);
    else memory.fill(y + offset, 0, bytes);
  }
}

/** `[A, B, C]` → `[B, A, C]`: rows begin ≤ b < end of the result, pieces of `bytes`. */
export function swapLeading(x: usize, y: usize, a: i32, b: i32, bytes: i32, begin: i32, end: i32): void {
  for (let i = begin; i < end; i++) {
    let from = x + <usize>i * bytes;
    let to = y + <usize>i * a * bytes;
    for (let j = 0; j < a; j++) {
      memory.copy(to, from, bytes);
      from += <usize>b * bytes;
      to += bytes;
    }
  }
}

/**
 * `[rows, columns]` → `[columns, rows]` of 4-byte elements, in tiles of 8×8 that stay in L1: columns begin ≤ c < end,
 * eight per item.
 */
export function transposeMatrix(x: usize, y: usize, rows: i32, columns: i32, begin: i32, end: i32): void {
  for (let item = begin; item < end; item++) {
    const c0 = item << 3;
    const c1 = min(columns, c0 + 8);
    for (let r0 = 0; r0 < rows; r0 += 8) {
      const r1 = min(rows, r0 + 8);
      for (let c = c0; c < c1; c++) {
        let from = x + ((<usize>r0 * columns + c) << 2);
        let to = y + ((<usize>c * rows + r0) << 2);
        for (let r = r0; r < r1; r++) {
          store<u32>(to, load<u32>(from));
          from += <usize>columns << 2;
          to += 4;
        }
      }
    }
  }
}
