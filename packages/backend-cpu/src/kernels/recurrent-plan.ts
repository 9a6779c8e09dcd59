import type { Mode } from '@unroll/backend/contract';
import type { CpuBackend } from '../cpu-backend.ts';
import { WORTHWHILE } from './product.ts';

/**
 * Number of floats that forward saves for one step of a row. An LSTM saves the gates i,f,g,o and the cell state; a GRU
 * saves r,z,n and W_hn·h + b_hn; a plain RNN saves only its output.
 */
export const reserveWidth = (mode: Mode, hiddenSize: number): number =>
  ({ rnn_tanh: 0, rnn_relu: 0, lstm: 5, gru: 4 })[mode] * hiddenSize;

/** Whether W_hh is used often enough to be packed. A single row reads the unpacked matrix equally fast. */
export const packsWeights = (steps: number, rows: number): boolean => rows > 1 && steps * rows > 4;

/**
 * Number of rows that a thread takes: an equal part for each thread, or all rows if there is too little work to share.
 */
export const rowsGrain = (cpu: CpuBackend, rows: number, workOfRow: number): number =>
  rows * workOfRow < 2 * WORTHWHILE ? rows : Math.ceil(rows / cpu.threads);
