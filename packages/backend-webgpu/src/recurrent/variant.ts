import { GATES, type Mode } from '@unroll/backend/contract';

/** The choices on which a recurrent program's code depends. The numbers of steps and rows are parameters instead. */
export interface Variant {
  readonly mode: Mode;
  readonly reverse: boolean;
  /** H */
  readonly hiddenSize: number;
  /** P, the number of features of the projected state; 0: no projection */
  readonly projSize: number;
  readonly hasLengths: boolean;
  /** Whether forward writes the reserve */
  readonly training: boolean;
}

/** Number of features of the state h. */
export const stateSize = ({ hiddenSize, projSize }: Pick<Variant, 'hiddenSize' | 'projSize'>): number =>
  projSize || hiddenSize;

export const gateCount = ({ mode }: Pick<Variant, 'mode'>): number => GATES[mode];

/**
 * Number of floats that forward saves for one step of a row. An LSTM saves the gates i,f,g,o and the cell state before
 * the step; a GRU saves r,z,n and W_hn·h + b_hn; a plain RNN saves only its output.
 */
export const reserveWidth = ({ mode, hiddenSize }: Pick<Variant, 'mode' | 'hiddenSize'>): number =>
  ({ rnn_tanh: 0, rnn_relu: 0, lstm: 5, gru: 4 })[mode] * hiddenSize;

/** The time step of step `s` of a walk. */
export const timeOf = (reverse: boolean, s: string): string => (reverse ? `params.steps - 1u - ${s}` : s);
