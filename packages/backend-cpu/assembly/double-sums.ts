// Adds many numbers in double precision: partial sums in single precision are added to sums in double precision.

/** sums[j] += c[j], for first ≤ j < last */
export function addInDouble(c: usize, sums: usize, first: i32, last: i32): void {
  let j = first;
  for (; j + 4 <= last; j += 4) {
    const values = v128.load(c + (<usize>j << 2));
    const to = sums + (<usize>j << 3);
    v128.store(to, f64x2.add(v128.load(to), f64x2.promote_low_f32x4(values)));
    v128.store(
      to,
      f64x2.add(v128.load(to, 16), f64x2.promote_low_f32x4(i64x2.shuffle(values, values, 1, 0))),
      16,
    );
  }
  for (; j < last; j++) {
    const to = sums + (<usize>j << 3);
    store<f64>(to, load<f64>(to) + <f64>load<f32>(c + (<usize>j << 2)));
  }
}

/** c[j] = sums[j], for first ≤ j < last */
export function roundSums(sums: usize, c: usize, first: i32, last: i32): void {
  for (let j = first; j < last; j++) store<f32>(c + (<usize>j << 2), <f32>load<f64>(sums + (<usize>j << 3)));
}

/** Adds rows begin ≤ i < end of `n` floats, `rowStride` floats apart, to the contiguous rows of `sums`. */
export function addRowsInDouble(c: usize, rowStride: i32, n: i32, sums: usize, begin: i32, end: i32): void {
  for (let i = begin; i < end; i++) {
    addInDouble(c + ((<usize>i * rowStride) << 2), sums + ((<usize>i * n) << 3), 0, n);
  }
}

/** Writes the rows of `sums`, rounded to float32, to the rows of c. */
export function roundRows(sums: usize, n: i32, c: usize, rowStride: i32, begin: i32, end: i32): void {
  for (let i = begin; i < end; i++) {
    roundSums(sums + ((<usize>i * n) << 3), c + ((<usize>i * rowStride) << 2), 0, n);
  }
}
