import type { Mode } from '@unroll/backend/contract';
import type { CpuBackend } from '../cpu-backend.ts';
import { WORTHWHILE } from './product.ts';

/**
 * Floats that forward keeps of a row's step: an LSTM its gates i,f,g,o and cell state, a GRU r,z,n and W_hn·h + b_hn, a
 * plain RNN nothing beyond its output.
 */
export const reserveWidth = (mode: Mode, hiddenSize: number): number =>
  ({ rnn_tanh: 0, rnn_relu: 0, lstm: 5, gru: 4 })[mode] * hiddenSize;

/** Whether W_hh is used often enough to be packed: a single row reads it as fast where it lies. */
export const packsWeights = (steps: number, rows: number): boolean => rows > 1 && steps * rows > 4;

/** Rows that a thread takes through the sequence: an equal part each, or all where there is too little work to share. */
export const rowsGrain = (cpu: CpuBackend, rows: number, workOfRow: number): number =>
  rows * workOfRow < 2 * WORTHWHILE ? rows : Math.ceil(rows / cpu.threads);
