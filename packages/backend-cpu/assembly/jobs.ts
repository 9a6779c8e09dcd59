// The kinds of work that threads share. A job's description is a record in memory; a chunk of it is one call.

import { gemmTiles, packPanels } from './gemm';
import { RecurrentBackward, recurrentBackwardChunk } from './recurrent-backward';
import { RecurrentForward, recurrentForwardChunk } from './recurrent-forward';

export const PACK: i32 = 0;
export const GEMM: i32 = 1;
export const RECURRENT_FORWARD: i32 = 2;
export const RECURRENT_BACKWARD: i32 = 3;

/** Packing B[K,N]; a chunk is `panelsPerChunk` panels of 8 columns. */
@unmanaged
class Pack {
  b: usize;
  rowStride: i32;
  columnStride: i32;
  k: i32;
  n: i32;
  packed: usize;
  panelsPerChunk: i32;
}

/** A matrix product; a chunk is a rectangle of C, numbered along its rows. */
@unmanaged
class Gemm {
  a: usize;
  aRowStride: i32;
  aColumnStride: i32;
  packed: usize;
  k: i32;
  n: i32;
  c: usize;
  cRowStride: i32;
  start: i32;
  bias: usize;
  m: i32;
  rowsPerChunk: i32;
  panelsPerChunk: i32;
  /** For each thread, `scratchBytes` */
  scratch: usize;
  scratchBytes: i32;
}

/** Does one chunk of a job, on the given thread. */
export function runChunk(kind: i32, description: usize, chunk: i32, thread: i32): void {
  switch (kind) {
    case PACK: {
      const job = changetype<Pack>(description);
      const first = chunk * job.panelsPerChunk;
      const last = min((job.n + 7) >> 3, first + job.panelsPerChunk);
      packPanels(job.b, job.rowStride, job.columnStride, job.k, job.n, job.packed, first, last);
      break;
    }
    case GEMM: {
      const job = changetype<Gemm>(description);
      const panels = (job.n + 7) >> 3;
      const across = (panels + job.panelsPerChunk - 1) / job.panelsPerChunk;
      const firstRow = (chunk / across) * job.rowsPerChunk;
      const firstPanel = (chunk % across) * job.panelsPerChunk;
      gemmTiles(
        job.a, job.aRowStride, job.aColumnStride, job.packed, job.k, job.n,
        job.c, job.cRowStride, job.start, job.bias,
        firstRow, min(job.m, firstRow + job.rowsPerChunk),
        firstPanel, min(panels, firstPanel + job.panelsPerChunk),
        job.scratch + <usize>thread * job.scratchBytes,
      );
      break;
    }
    case RECURRENT_FORWARD:
      recurrentForwardChunk(changetype<RecurrentForward>(description), chunk);
      break;
    case RECURRENT_BACKWARD:
      recurrentBackwardChunk(changetype<RecurrentBackward>(description), chunk);
      break;
  }
}
