// Forward through time for some rows of the batch. Rows are independent of one another, so a thread processes a few
// rows through the whole sequence and never waits for another thread.
//
//   the gates' buffer [T·N, width] initially holds x·W_ihᵀ + b for all steps (one product beforehand)
//   for t in the direction's order
//     gates[t] += h · W_hhᵀ          for the rows that still run; h [rows, O] and c [rows, H] are the states
//     h, c = cell(gates[t], h, c)    four units at a time; activations replace the gates if backward needs them

import { gemmTiles } from './gemm';
import { Begin } from './gemm-tiles';
import { get, put } from './lanes';
import { heartbeat } from './memory';
import { flush, madd, sigmoid4, splat, tanh4 } from './simd';
import { addRowDots } from './vector-matrix';

/** The contract's modes */
export const enum RecurrentMode {
  rnn_tanh,
  rnn_relu,
  lstm,
  gru,
}

/** The description of a job; `CpuBackend.struct` writes it. 0 stands for an absent tensor. */
@unmanaged
export class RecurrentForward {
  mode: i32;
  steps: i32;
  rows: i32;
  hiddenSize: i32;
  /** P with a projection, else H */
  outputSize: i32;
  reverse: i32;
  training: i32;
  /** `[T·N, gatesWidth]`. RNN: y itself; LSTM: i,f,g,o and, in training, c; GRU: r,z,n and W_hn·h + b_hn */
  gates: usize;
  gatesWidth: i32;
  /** W_hhᵀ in panels (for a GRU, the r and z parts); 0 if there are too few rows to justify packing */
  packedHh: usize;
  /** GRU: the n part of W_hhᵀ in panels */
  packedHn: usize;
  /** `[G·H, O]` as given */
  weightHh: usize;
  /** GRU: b_hn `[H]` */
  biasHn: usize;
  /** W_hrᵀ in panels */
  packedHr: usize;
  /** `[N, H]`, with a projection: o·tanh c, the input of the projection */
  hidden: usize;
  h0: usize;
  /** Whether the first step has no hidden part, because there is no h0 and W_hh is finite, so 0·W_hh is 0 */
  startsFromZero: i32;
  c0: usize;
  lengths: usize;
  /** `[T, N, O]` */
  y: usize;
  /** The states: initially h0 and c0, finally h_N and c_N */
  h: usize;
  c: usize;
}

/** Processes rows first ≤ row < last through the sequence. */
export function recurrentForward(description: usize, first: i32, last: i32): void {
  const job = changetype<RecurrentForward>(description);
  const hiddenBytes = <usize>job.hiddenSize << 2;
  const outputBytes = <usize>job.outputSize << 2;
  initialState(job.h, job.h0, first, last, outputBytes);
  if (job.mode == RecurrentMode.lstm) initialState(job.c, job.c0, first, last, hiddenBytes);

  const gatesBytes = <usize>job.gatesWidth << 2;
  for (let k = 0; k < job.steps; k++) {
    heartbeat();
    const t = job.reverse ? job.steps - 1 - k : k;
    const running = job.lengths ? lastRunning(job.lengths, t, first, last) : last;
    const gates = job.gates + <usize>t * job.rows * gatesBytes;
    const y = job.y + <usize>t * job.rows * outputBytes;
    addHidden(job, gates, first, running, k == 0 && job.startsFromZero != 0);
    for (let row = first; row < last; row++) {
      const yRow = y + <usize>row * outputBytes;
      if (row >= running || (job.lengths && load<i32>(job.lengths + (<usize>row << 2)) <= t)) {
        memory.fill(yRow, 0, outputBytes);
        continue;
      }
      const gatesRow = gates + <usize>row * gatesBytes;
      const h = job.h + <usize>row * outputBytes;
      if (job.mode == RecurrentMode.lstm) {
        const to = job.packedHr ? job.hidden + <usize>row * hiddenBytes : yRow;
        lstmRow(gatesRow, job.c + <usize>row * hiddenBytes, to, job.hiddenSize, job.training != 0);
      } else if (job.mode == RecurrentMode.gru) {
        gruRow(gatesRow, h, yRow, job.hiddenSize, job.training != 0);
      } else if (job.mode == RecurrentMode.rnn_tanh) {
        tanhRow(yRow, job.hiddenSize);
      } else {
        reluRow(yRow, job.hiddenSize);
      }
      if (!job.packedHr) memory.copy(h, yRow, outputBytes);
    }
    if (job.packedHr) project(job, y, t, first, running);
  }
}

/** One past the last row that runs at step t. */
export function lastRunning(lengths: usize, t: i32, first: i32, last: i32): i32 {
  while (last > first && load<i32>(lengths + (<usize>(last - 1) << 2)) <= t) last--;
  return last;
}

function initialState(state: usize, initial: usize, first: i32, last: i32, bytes: usize): void {
  const offset = <usize>first * bytes;
  const size = <usize>(last - first) * bytes;
  if (initial) memory.copy(state + offset, initial + offset, size);
  else memory.fill(state + offset, 0, size);
}

/** gates += h·W_hhᵀ; a GRU's n part is stored beside the input's n part, with its own bias. */
function addHidden(job: RecurrentForward, gates: usize, first: i32, last: i32, zero: bool): void {
  const isGru = job.mode == RecurrentMode.gru;
  const hiddenSize = job.hiddenSize;
  const outputSize = job.outputSize;
  const width = job.gatesWidth;
  const hiddenPart = gates + (<usize>(3 * hiddenSize) << 2);
  if (isGru && (zero || !job.packedHh)) {
    for (let row = first; row < last; row++) {
      const to = hiddenPart + ((<usize>row * width) << 2);
      if (job.biasHn) memory.copy(to, job.biasHn, <usize>hiddenSize << 2);
      else memory.fill(to, 0, <usize>hiddenSize << 2);
    }
  }
  if (zero) return;
  const columns = job.mode == RecurrentMode.lstm ? 4 * hiddenSize : isGru ? 2 * hiddenSize : hiddenSize;
  if (!job.packedHh) {
    for (let row = first; row < last; row++) {
      const h = job.h + ((<usize>row * outputSize) << 2);
      const to = gates + ((<usize>row * width) << 2);
      addRowDots(h, job.weightHh, outputSize, outputSize, to, 0, columns);
      if (isGru) {
        const weightHn = job.weightHh + ((<usize>columns * outputSize) << 2);
        addRowDots(h, weightHn, outputSize, outputSize, hiddenPart + ((<usize>row * width) << 2), 0, hiddenSize);
      }
    }
    return;
  }
  gemmTiles(
    job.h, outputSize, 1, job.packedHh, outputSize, columns,
    gates, width, Begin.accumulate, 0, first, last, 0, (columns + 7) >> 3, 0,
  );
  if (isGru) {
    gemmTiles(
      job.h, outputSize, 1, job.packedHn, outputSize, hiddenSize,
      hiddenPart, width, job.biasHn ? Begin.bias : Begin.overwrite, job.biasHn, first, last, 0, (hiddenSize + 7) >> 3, 0,
    );
  }
}

/** y[t] = hidden·W_hrᵀ for the rows that run, and the next state. */
function project(job: RecurrentForward, y: usize, t: i32, first: i32, last: i32): void {
  const outputSize = job.outputSize;
  const outputBytes = <usize>outputSize << 2;
  for (let row = first; row < last; ) {
    // If lengths are not sorted, ended rows lie between running ones. Each run of neighbouring running rows is one
    // product.
    if (!runs(job.lengths, row, t)) {
      row++;
      continue;
    }
    let end = row + 1;
    while (end < last && runs(job.lengths, end, t)) end++;
    gemmTiles(
      job.hidden, job.hiddenSize, 1, job.packedHr, job.hiddenSize, outputSize,
      y, outputSize, Begin.overwrite, 0, row, end, 0, (outputSize + 7) >> 3, 0,
    );
    memory.copy(job.h + <usize>row * outputBytes, y + <usize>row * outputBytes, <usize>(end - row) * outputBytes);
    row = end;
  }
}

// @ts-ignore: decorator
@inline
export function runs(lengths: usize, row: i32, t: i32): bool {
  return !lengths || load<i32>(lengths + (<usize>row << 2)) > t;
}

function tanhRow(y: usize, size: i32): void {
  const end = y + (<usize>size << 2);
  for (; y + 16 <= end; y += 16) v128.store(y, flush(tanh4(v128.load(y))));
  for (; y < end; y += 4) put(y, flush(tanh4(get(y, false))), false);
}

function reluRow(y: usize, size: i32): void {
  const end = y + (<usize>size << 2);
  for (; y + 16 <= end; y += 16) v128.store(y, f32x4.max(v128.load(y), splat(0)));
  for (; y < end; y += 4) put(y, f32x4.max(get(y, false), splat(0)), false);
}

function lstmRow(gates: usize, c: usize, h: usize, size: i32, training: bool): void {
  const step = <usize>size << 2;
  const end = gates + step;
  for (; gates + 16 <= end; gates += 16, c += 16, h += 16) lstmUnits(gates, step, c, h, training, true);
  for (; gates < end; gates += 4, c += 4, h += 4) lstmUnits(gates, step, c, h, training, false);
}

/** c' = f·c + i·g; h' = o·tanh c' */
// @ts-ignore: decorator
@inline
function lstmUnits(gates: usize, step: usize, c: usize, h: usize, training: bool, full: bool): void {
  const input = sigmoid4(get(gates, full));
  const forget = sigmoid4(get(gates + step, full));
  const candidate = tanh4(get(gates + 2 * step, full));
  const output = sigmoid4(get(gates + 3 * step, full));
  const cell = flush(madd(forget, get(c, full), f32x4.mul(input, candidate)));
  put(c, cell, full);
  put(h, f32x4.mul(output, tanh4(cell)), full);
  if (training) {
    put(gates, input, full);
    put(gates + step, forget, full);
    put(gates + 2 * step, candidate, full);
    put(gates + 3 * step, output, full);
    put(gates + 4 * step, cell, full);
  }
}

function gruRow(gates: usize, h: usize, y: usize, size: i32, training: bool): void {
  const step = <usize>size << 2;
  const end = gates + step;
  for (; gates + 16 <= end; gates += 16, h += 16, y += 16) gruUnits(gates, step, h, y, training, true);
  for (; gates < end; gates += 4, h += 4, y += 4) gruUnits(gates, step, h, y, training, false);
}

/** n = tanh(x_n + r·h_n); h' = (1 − z)·n + z·h */
// @ts-ignore: decorator
@inline
function gruUnits(gates: usize, step: usize, h: usize, y: usize, training: bool, full: bool): void {
  const reset = sigmoid4(get(gates, full));
  const update = sigmoid4(get(gates + step, full));
  const candidate = tanh4(madd(reset, get(gates + 3 * step, full), get(gates + 2 * step, full)));
  const state = get(h, full);
  put(y, flush(madd(update, f32x4.sub(state, candidate), candidate)), full);
  if (training) {
    put(gates, reset, full);
    put(gates + step, update, full);
    put(gates + 2 * step, candidate, full);
  }
}
