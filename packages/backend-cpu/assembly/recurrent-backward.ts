// Backward through time for some rows of the batch, in the reverse order of forward's steps.
//
//   for t
//     dh += dy[t]; with a projection dHidden = dh·W_hr
//     dGates[t], dc = cell'(reserve[t], dHidden, dc)     four units at a time
//     dh = dGates[t]·W_hh (+ z·dh, GRU)
//
// A row that does not run at t has zeros there and keeps dh and dc. The operands of the weights' gradients (dGates, the
// state before each step, and with a projection also its input and the gradient of its output) are written for all
// steps.

import { gemmTiles } from './gemm';
import { Begin } from './gemm-tiles';
import { get, put } from './lanes';
import { heartbeat } from './memory';
import { RecurrentMode, lastRunning, runs } from './recurrent-forward';
import { flush, madd, splat, tanh4 } from './simd';
import { addScaledRows } from './vector-matrix';

/** The description of a job; `CpuBackend.struct` writes it. 0 stands for an absent tensor. */
@unmanaged
export class RecurrentBackward {
  mode: i32;
  steps: i32;
  rows: i32;
  hiddenSize: i32;
  /** P with a projection, else H */
  outputSize: i32;
  reverse: i32;
  /** G·H */
  gatesSize: i32;
  /** `[T, N, O]` */
  dy: usize;
  y: usize;
  /** `[T·N, reserveWidth]`, the gates as forward saved them */
  reserve: usize;
  reserveWidth: i32;
  /** W_hh in panels, `[G·H, O]`; 0 if there are too few rows to justify packing */
  packedHh: usize;
  /** `[G·H, O]` as given */
  weightHh: usize;
  /** W_hr in panels, `[P, H]` */
  packedHr: usize;
  /** `[N, H]`, with a projection */
  dHidden: usize;
  h0: usize;
  c0: usize;
  lengths: usize;
  dhN: usize;
  dcN: usize;
  /** `[T·N, G·H]`; for a GRU, one for the input side and one for the hidden side, else both are the same */
  dGates: usize;
  dGatesHh: usize;
  /** `[T·N, O]` */
  hPrev: usize;
  /** The gradients of the states: initially dh_N and dc_N, finally dh_0 and dc_0 */
  dh: usize;
  dc: usize;
  /** `[T·N, P]` and `[T·N, H]`, with a projection */
  dProjected: usize;
  hidden: usize;
}

/** Processes rows first ≤ row < last from the end of the sequence to its start. */
export function recurrentBackward(description: usize, first: i32, last: i32): void {
  const job = changetype<RecurrentBackward>(description);
  const hiddenBytes = <usize>job.hiddenSize << 2;
  const outputBytes = <usize>job.outputSize << 2;
  const gatesBytes = <usize>job.gatesSize << 2;
  const reserveBytes = <usize>job.reserveWidth << 2;
  const size = <usize>(last - first);
  memory.copy(job.dh + <usize>first * outputBytes, job.dhN + <usize>first * outputBytes, size * outputBytes);
  if (job.mode == RecurrentMode.lstm) {
    memory.copy(job.dc + <usize>first * hiddenBytes, job.dcN + <usize>first * hiddenBytes, size * hiddenBytes);
  }

  for (let k = job.steps - 1; k >= 0; k--) {
    heartbeat();
    const t = job.reverse ? job.steps - 1 - k : k;
    const before = job.reverse ? t + 1 : t - 1;
    const running = job.lengths ? lastRunning(job.lengths, t, first, last) : last;
    const atStep = <usize>t * job.rows;
    for (let row = first; row < last; row++) {
      const at = atStep + row;
      const hPrev = job.hPrev + at * outputBytes;
      if (!runs(job.lengths, row, t)) {
        memory.fill(hPrev, 0, outputBytes);
        memory.fill(job.dGates + at * gatesBytes, 0, gatesBytes);
        if (job.mode == RecurrentMode.gru) memory.fill(job.dGatesHh + at * gatesBytes, 0, gatesBytes);
        if (job.packedHr) {
          memory.fill(job.dProjected + at * outputBytes, 0, outputBytes);
          memory.fill(job.hidden + at * hiddenBytes, 0, hiddenBytes);
          memory.fill(job.dHidden + <usize>row * hiddenBytes, 0, hiddenBytes);
        }
        continue;
      }
      // The state before this step: the state after the previous step, or the initial one.
      const began = k == 0 || !runs(job.lengths, row, before);
      if (!began) memory.copy(hPrev, job.y + (<usize>before * job.rows + row) * outputBytes, outputBytes);
      else if (job.h0) memory.copy(hPrev, job.h0 + <usize>row * outputBytes, outputBytes);
      else memory.fill(hPrev, 0, outputBytes);
      addRow(job.dh + <usize>row * outputBytes, job.dy + at * outputBytes, job.outputSize);
      if (job.packedHr) {
        memory.copy(job.dProjected + at * outputBytes, job.dh + <usize>row * outputBytes, outputBytes);
      }
    }
    if (job.packedHr) {
      gemmTiles(
        job.dh, job.outputSize, 1, job.packedHr, job.outputSize, job.hiddenSize,
        job.dHidden, job.hiddenSize, Begin.overwrite, 0, first, running, 0, (job.hiddenSize + 7) >> 3, 0,
      );
    }
    for (let row = first; row < running; row++) {
      if (!runs(job.lengths, row, t)) continue;
      const at = atStep + row;
      const dh = job.dh + <usize>row * outputBytes;
      const reserve = job.reserve + at * reserveBytes;
      const dGates = job.dGates + at * gatesBytes;
      if (job.mode == RecurrentMode.lstm) {
        const began = k == 0 || !runs(job.lengths, row, before);
        const cPrev = began
          ? job.c0 ? job.c0 + <usize>row * hiddenBytes : 0
          : job.reserve + (<usize>before * job.rows + row) * reserveBytes + 4 * hiddenBytes;
        const dHidden = job.packedHr ? job.dHidden + <usize>row * hiddenBytes : dh;
        const hidden = job.packedHr ? job.hidden + at * hiddenBytes : 0;
        lstmRow(reserve, cPrev, dHidden, job.dc + <usize>row * hiddenBytes, dGates, hidden, job.hiddenSize);
        memory.fill(dh, 0, outputBytes);
      } else if (job.mode == RecurrentMode.gru) {
        gruRow(reserve, job.hPrev + at * outputBytes, dh, dGates, job.dGatesHh + at * gatesBytes, job.hiddenSize);
      } else {
        rnnRow(job.y + at * outputBytes, dh, dGates, job.hiddenSize, job.mode == RecurrentMode.rnn_tanh);
      }
    }
    throughGates(job, atStep, first, running);
  }
}

/** dh += dGates·W_hh */
function throughGates(job: RecurrentBackward, atStep: usize, first: i32, last: i32): void {
  const outputSize = job.outputSize;
  const dGates = job.dGatesHh + ((atStep * job.gatesSize) << 2);
  if (job.packedHh) {
    gemmTiles(
      dGates, job.gatesSize, 1, job.packedHh, job.gatesSize, outputSize,
      job.dh, outputSize, Begin.accumulate, 0, first, last, 0, (outputSize + 7) >> 3, 0,
    );
    return;
  }
  for (let row = first; row < last; row++) {
    addScaledRows(
      dGates + ((<usize>row * job.gatesSize) << 2), job.weightHh, job.gatesSize, outputSize,
      job.dh + ((<usize>row * outputSize) << 2), 0, outputSize,
    );
  }
}

function addRow(to: usize, from: usize, size: i32): void {
  const end = to + (<usize>size << 2);
  for (; to + 16 <= end; to += 16, from += 16) v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
  for (; to < end; to += 4, from += 4) store<f32>(to, load<f32>(to) + load<f32>(from));
}

// @ts-ignore: decorator
@inline
function oneMinus(v: v128): v128 {
  return f32x4.sub(splat(1), v);
}

/** Slopes of the logistic function and tanh as functions of their values. */
// @ts-ignore: decorator
@inline
function sigmoidSlope(s: v128): v128 {
  return f32x4.mul(s, oneMinus(s));
}

// @ts-ignore: decorator
@inline
function tanhSlope(t: v128): v128 {
  return oneMinus(f32x4.mul(t, t));
}

function rnnRow(y: usize, dh: usize, dGates: usize, size: i32, isTanh: bool): void {
  const end = y + (<usize>size << 2);
  for (; y + 16 <= end; y += 16, dh += 16, dGates += 16) rnnUnits(y, dh, dGates, isTanh, true);
  for (; y < end; y += 4, dh += 4, dGates += 4) rnnUnits(y, dh, dGates, isTanh, false);
}

// @ts-ignore: decorator
@inline
function rnnUnits(y: usize, dh: usize, dGates: usize, isTanh: bool, full: bool): void {
  const value = get(y, full);
  const d = get(dh, full);
  const gradient = isTanh ? f32x4.mul(d, tanhSlope(value)) : v128.andnot(d, f32x4.le(value, splat(0)));
  put(dGates, flush(gradient), full);
  put(dh, splat(0), full);
}

function lstmRow(
  reserve: usize,
  cPrev: usize,
  dHidden: usize,
  dc: usize,
  dGates: usize,
  hidden: usize,
  size: i32,
): void {
  const step = <usize>size << 2;
  let offset: usize = 0;
  for (; offset + 16 <= step; offset += 16) {
    lstmUnits(reserve + offset, cPrev ? cPrev + offset : 0, dHidden + offset, dc + offset, dGates + offset, hidden ? hidden + offset : 0, step, true);
  }
  for (; offset < step; offset += 4) {
    lstmUnits(reserve + offset, cPrev ? cPrev + offset : 0, dHidden + offset, dc + offset, dGates + offset, hidden ? hidden + offset : 0, step, false);
  }
}

// @ts-ignore: decorator
@inline
function lstmUnits(
  reserve: usize,
  cPrev: usize,
  dHidden: usize,
  dc: usize,
  dGates: usize,
  hidden: usize,
  step: usize,
  full: bool,
): void {
  const input = get(reserve, full);
  const forget = get(reserve + step, full);
  const candidate = get(reserve + 2 * step, full);
  const output = get(reserve + 3 * step, full);
  const tanhC = tanh4(get(reserve + 4 * step, full));
  const previous = cPrev ? get(cPrev, full) : splat(0);
  const d = get(dHidden, full);
  // dc + dh·o·(1 − tanh² c)
  const dCell = madd(f32x4.mul(d, output), tanhSlope(tanhC), get(dc, full));
  put(dGates, flush(f32x4.mul(f32x4.mul(dCell, candidate), sigmoidSlope(input))), full);
  put(dGates + step, flush(f32x4.mul(f32x4.mul(dCell, previous), sigmoidSlope(forget))), full);
  put(dGates + 2 * step, flush(f32x4.mul(f32x4.mul(dCell, input), tanhSlope(candidate))), full);
  put(dGates + 3 * step, flush(f32x4.mul(f32x4.mul(d, tanhC), sigmoidSlope(output))), full);
  put(dc, flush(f32x4.mul(dCell, forget)), full);
  if (hidden) put(hidden, f32x4.mul(output, tanhC), full);
}

function gruRow(reserve: usize, hPrev: usize, dh: usize, dGates: usize, dGatesHh: usize, size: i32): void {
  const step = <usize>size << 2;
  let offset: usize = 0;
  for (; offset + 16 <= step; offset += 16) {
    gruUnits(reserve + offset, hPrev + offset, dh + offset, dGates + offset, dGatesHh + offset, step, true);
  }
  for (; offset < step; offset += 4) {
    gruUnits(reserve + offset, hPrev + offset, dh + offset, dGates + offset, dGatesHh + offset, step, false);
  }
}

// @ts-ignore: decorator
@inline
function gruUnits(
  reserve: usize,
  hPrev: usize,
  dh: usize,
  dGates: usize,
  dGatesHh: usize,
  step: usize,
  full: bool,
): void {
  const reset = get(reserve, full);
  const update = get(reserve + step, full);
  const candidate = get(reserve + 2 * step, full);
  const hiddenPart = get(reserve + 3 * step, full);
  const d = get(dh, full);
  const dCandidate = flush(f32x4.mul(f32x4.mul(d, oneMinus(update)), tanhSlope(candidate)));
  const dReset = flush(f32x4.mul(f32x4.mul(dCandidate, hiddenPart), sigmoidSlope(reset)));
  const dUpdate = flush(f32x4.mul(f32x4.mul(d, f32x4.sub(get(hPrev, full), candidate)), sigmoidSlope(update)));
  put(dGates, dReset, full);
  put(dGates + step, dUpdate, full);
  put(dGates + 2 * step, dCandidate, full);
  put(dGatesHh, dReset, full);
  put(dGatesHh + step, dUpdate, full);
  put(dGatesHh + 2 * step, flush(f32x4.mul(dCandidate, reset)), full);
  // The part of h's gradient that does not pass through the gates.
  put(dh, flush(f32x4.mul(d, update)), full);
}
