import { GATES, type Mode } from '@unroll/backend/contract';

/** What a recurrent program's code depends on, beside the numbers of steps and rows, which are parameters. */
export interface Variant {
  readonly mode: Mode;
  readonly reverse: boolean;
  /** H */
  readonly hiddenSize: number;
  /** P, the features of the projected state; 0: no projection */
  readonly projSize: number;
  readonly hasLengths: boolean;
  /** Whether forward writes the reserve */
  readonly training: boolean;
}

/** Features of the state h. */
export const stateSize = ({ hiddenSize, projSize }: Pick<Variant, 'hiddenSize' | 'projSize'>): number =>
  projSize || hiddenSize;

export const gateCount = ({ mode }: Pick<Variant, 'mode'>): number => GATES[mode];

/**
 * Floats that forward keeps of a row's step: an LSTM its gates i,f,g,o and the cell state before the step, a GRU r,z,n and W_hn·h + b_hn,
 * a plain RNN nothing beyond its output.
 */
export const reserveWidth = ({ mode, hiddenSize }: Pick<Variant, 'mode' | 'hiddenSize'>): number =>
  ({ rnn_tanh: 0, rnn_relu: 0, lstm: 5, gru: 4 })[mode] * hiddenSize;

/** The time step that is the `s`-th of a walk. */
export const timeOf = (reverse: boolean, s: string): string => (reverse ? `params.steps - 1u - ${s}` : s);
