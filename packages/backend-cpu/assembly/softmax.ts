// Softmax along the last axis, one row at a time. The row's maximum is subtracted first so that no exponential
// overflows.

import { get, put } from './lanes';
import { maxRow, sumRow } from './reduce';
import { exp4, splat } from './simd';

/** e^(x − shift) of a row. */
function expRow(x: usize, y: usize, count: i32, shift: f32): void {
  const by = splat(shift);
  const end = x + (<usize>count << 2);
  for (; x + 16 <= end; x += 16, y += 16) v128.store(y, exp4(f32x4.sub(v128.load(x), by)));
  for (; x < end; x += 4, y += 4) put(y, exp4(f32x4.sub(get(x, false), by)), false);
}

function scaleRow(y: usize, count: i32, factor: f32): void {
  const by = splat(factor);
  const end = y + (<usize>count << 2);
  for (; y + 16 <= end; y += 16) v128.store(y, f32x4.mul(v128.load(y), by));
  for (; y < end; y += 4) put(y, f32x4.mul(get(y, false), by), false);
}

/** Rows begin ≤ r < end of `[R, count]`. */
export function softmax(x: usize, y: usize, count: i32, begin: i32, end: i32): void {
  const bytes = <usize>count << 2;
  for (let row = begin; row < end; row++) {
    const from = x + <usize>row * bytes;
    const to = y + <usize>row * bytes;
    expRow(from, to, count, maxRow(from, count));
    scaleRow(to, count, <f32>(1 / sumRow(to, count)));
  }
}

/** Rows begin ≤ r < end of `[R, count]`: x − max − ln Σ e^(x − max). */
export function logSoftmax(x: usize, y: usize, count: i32, begin: i32, end: i32): void {
  const bytes = <usize>count << 2;
  for (let row = begin; row < end; row++) {
    const from = x + <usize>row * bytes;
    const to = y + <usize>row * bytes;
    const most = maxRow(from, count);
    expRow(from, to, count, most);
    const by = <f32>(<f64>most + Math.log(sumRow(to, count)));
    const shift = splat(by);
    let at: usize = 0;
    for (; at + 16 <= bytes; at += 16) v128.store(to + at, f32x4.sub(v128.load(from + at), shift));
    for (; at < bytes; at += 4) put(to + at, f32x4.sub(get(from + at, false), shift), false);
  }
}

/**
 * Rows begin ≤ r < end: loss[r] = (1−ε)·w[t]·nll + ε/C·Σ_c w[c]·(−log p[c]) and rowWeight[r] = w[t], both 0 if the
 * target is `ignoreIndex`. `weight` 0 means that all weights are 1. Returns the first row whose target is not a class,
 * or −1.
 */
export function crossEntropyForward(
  logits: usize,
  target: usize,
  weight: usize,
  loss: usize,
  rowWeight: usize,
  scratch: usize,
  classes: i32,
  ignoreIndex: i32,
  smoothing: f32,
  rows: i32,
): i32 {
  const bytes = <usize>classes << 2;
  for (let row = 0; row < rows; row++) {
    const at = <usize>row << 2;
    const t = load<i32>(target + at);
    if (t == ignoreIndex) {
      store<f32>(loss + at, 0);
      store<f32>(rowWeight + at, 0);
      continue;
    }
    if (t < 0 || t >= classes) return row;
    const from = logits + <usize>row * bytes;
    const most = maxRow(from, classes);
    expRow(from, scratch, classes, most);
    const logSum = <f64>most + Math.log(sumRow(scratch, classes));
    const w: f32 = weight ? load<f32>(weight + (<usize>t << 2)) : 1;
    let value = <f64>w * (logSum - <f64>load<f32>(from + (<usize>t << 2)));
    if (smoothing > 0) {
      let spread: f64 = 0;
      for (let c = 0; c < classes; c++) {
        const wc: f32 = weight ? load<f32>(weight + (<usize>c << 2)) : 1;
        spread += <f64>wc * (logSum - <f64>load<f32>(from + (<usize>c << 2)));
      }
      value = (1 - <f64>smoothing) * value + (<f64>smoothing / classes) * spread;
    }
    store<f32>(loss + at, <f32>value);
    store<f32>(rowWeight + at, w);
  }
  return -1;
}

/** Rows begin ≤ r < end: dLogits = dLoss·((Σ q)·softmax − q), q = (1−ε)·w[t]·onehot(t) + ε/C·w; 0 where ignored. */
export function crossEntropyBackward(
  logits: usize,
  target: usize,
  weight: usize,
  dLoss: usize,
  dLogits: usize,
  classes: i32,
  ignoreIndex: i32,
  smoothing: f32,
  weightSum: f32,
  begin: i32,
  end: i32,
): void {
  const bytes = <usize>classes << 2;
  const share = smoothing / <f32>classes;
  for (let row = begin; row < end; row++) {
    const to = dLogits + <usize>row * bytes;
    const t = load<i32>(target + (<usize>row << 2));
    // Forward has refused invalid targets; this check prevents writes outside the row.
    if (t == ignoreIndex || <u32>t >= <u32>classes) {
      memory.fill(to, 0, bytes);
      continue;
    }
    const from = logits + <usize>row * bytes;
    const d = load<f32>(dLoss + (<usize>row << 2));
    const w: f32 = weight ? load<f32>(weight + (<usize>t << 2)) : 1;
    const onTarget: f32 = (<f32>1 - smoothing) * w;
    expRow(from, to, classes, maxRow(from, classes));
    scaleRow(to, classes, <f32>(<f64>(d * (onTarget + share * weightSum)) / sumRow(to, classes)));
    if (smoothing > 0) {
      for (let c = 0; c < classes; c++) {
        const at = to + (<usize>c << 2);
        const wc: f32 = weight ? load<f32>(weight + (<usize>c << 2)) : 1;
        store<f32>(at, load<f32>(at) - d * share * wc);
      }
    }
    const at = to + (<usize>t << 2);
    store<f32>(at, load<f32>(at) - d * onTarget);
  }
}
