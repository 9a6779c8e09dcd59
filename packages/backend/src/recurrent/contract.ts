import type { Rank } from '@tensorflow/tfjs-core';
import type { Info, KernelDeclaration } from '../kernels/kernel-declaration.ts';

/** The cell's equations, named as in cuDNN. Gates and their order are PyTorch's. */
export type Mode = 'rnn_tanh' | 'rnn_relu' | 'lstm' | 'gru';

/** Number of gates of a mode. `weightIh` has `GATES[mode] · H` rows, in the order i,f,g,o (LSTM) and r,z,n (GRU). */
export const GATES: Readonly<Record<Mode, number>> = { rnn_tanh: 1, rnn_relu: 1, lstm: 4, gru: 3 };

/**
 * A whole sequence in one layer and one direction. `T` steps, `N` rows, `I` input features, `H` hidden features, `P`
 * projected features (LSTM with `weightHr`: the state `h` then has `P` features and `c` keeps `H`), `G` gates. An
 * absent initial state is zero, and so is an absent bias. Absent `lengths` mean that every row has `T` steps.
 */
export interface RecurrentForwardInputs {
  /** `[T, N, I]` */
  readonly x: Info<Rank.R3>;
  /** `[G·H, I]` */
  readonly weightIh: Info<Rank.R2>;
  /** `[G·H, P|H]` */
  readonly weightHh: Info<Rank.R2>;
  /** `[G·H]` */
  readonly biasIh?: Info<Rank.R1> | undefined;
  /** `[G·H]` */
  readonly biasHh?: Info<Rank.R1> | undefined;
  /** `[P, H]`, LSTM only */
  readonly weightHr?: Info<Rank.R2> | undefined;
  /** `[N, P|H]`; absent: zeros */
  readonly h0?: Info<Rank.R2> | undefined;
  /** `[N, H]`, LSTM only; absent: zeros */
  readonly c0?: Info<Rank.R2> | undefined;
  /** int32 `[N]`, each in 1…T; absent: all T */
  readonly lengths?: Info<Rank.R1> | undefined;
}

export interface RecurrentAttrs {
  readonly mode: Mode;
  /** Processes each row from its true end to its beginning; `y[t]` stays at position `t`. */
  readonly reverse: boolean;
}

export interface RecurrentForwardAttrs extends RecurrentAttrs {
  /** Whether a backward pass may follow */
  readonly training: boolean;
}

export interface RecurrentForwardOutputs {
  /** `[T, N, P|H]`, 0 past a row's end */
  readonly y: Info<Rank.R3>;
  /** `[N, P|H]`, the state after the last step taken: at a row's true end, or at its step 0 in reverse */
  readonly hN: Info<Rank.R2>;
  /** `[N, H]`, LSTM only */
  readonly cN?: Info<Rank.R2> | undefined;
  /** Only if `training`: float32 of any shape; only the same backend's `RecurrentBackward` reads it */
  readonly reserve?: Info | undefined;
}

export interface RecurrentBackwardInputs {
  /** Gradient of `y`, `[T, N, P|H]`; values past a row's end are ignored. */
  readonly dy: Info<Rank.R3>;
  /** Gradient of `hN`, `[N, P|H]` */
  readonly dhN: Info<Rank.R2>;
  /** Gradient of `cN`, `[N, H]`, LSTM only */
  readonly dcN?: Info<Rank.R2> | undefined;
  /** As returned by `RecurrentForward`. */
  readonly y: Info<Rank.R3>;
  readonly reserve: Info;
  /** As given to `RecurrentForward`. */
  readonly weightHh: Info<Rank.R2>;
  readonly weightHr?: Info<Rank.R2> | undefined;
  readonly h0?: Info<Rank.R2> | undefined;
  readonly c0?: Info<Rank.R2> | undefined;
  readonly lengths?: Info<Rank.R1> | undefined;
}

/**
 * Backward through time stops at the gates, like cuDNN's BackwardData. The remaining gradients are matrix products over
 * all steps at once. `recurrent` computes them separately, and only those that are needed. Everything past a row's end
 * is 0.
 */
export interface RecurrentBackwardOutputs {
  /**
   * `[T·N, G·H]`, gradient of the gates' pre-activations: `dx = dGates · weightIh`, `dWeightIh = dGatesᵀ · x`,
   * `dBiasIh = Σ dGates`
   */
  readonly dGates: Info<Rank.R2>;
  /**
   * GRU only, `[T·N, G·H]`: the same for the hidden side; its n third differs by the factor r. Other modes use
   * `dGates`: `dWeightHh = dGatesHhᵀ · hPrev`, `dBiasHh = Σ dGatesHh`
   */
  readonly dGatesHh?: Info<Rank.R2> | undefined;
  /** `[T·N, P|H]`, the state before each step */
  readonly hPrev: Info<Rank.R2>;
  /** `[N, P|H]` */
  readonly dh0: Info<Rank.R2>;
  /** `[N, H]`, LSTM only */
  readonly dc0?: Info<Rank.R2> | undefined;
  /** With `weightHr` only, `[T·N, P]`: `dWeightHr = dProjectedᵀ · hidden` */
  readonly dProjected?: Info<Rank.R2> | undefined;
  /** With `weightHr` only, `[T·N, H]`: o·tanh c */
  readonly hidden?: Info<Rank.R2> | undefined;
}

export interface RecurrentSignatures {
  RecurrentForward: {
    inputs: RecurrentForwardInputs;
    attrs: RecurrentForwardAttrs;
    outputs: RecurrentForwardOutputs;
  };
  RecurrentBackward: {
    inputs: RecurrentBackwardInputs;
    attrs: RecurrentAttrs;
    outputs: RecurrentBackwardOutputs;
  };
}

const isLstm = (_: unknown, { mode }: RecurrentAttrs): boolean => mode === 'lstm';
const isGru = (_: unknown, { mode }: RecurrentAttrs): boolean => mode === 'gru';
const isProjected = ({ weightHr }: { readonly weightHr: unknown }): boolean => weightHr !== undefined;

export const recurrentKernels: {
  readonly [Name in keyof RecurrentSignatures]: KernelDeclaration<RecurrentSignatures[Name]>;
} = {
  RecurrentForward: {
    outputs: [
      { name: 'y' },
      { name: 'hN' },
      { name: 'cN', when: isLstm },
      { name: 'reserve', when: (_, { training }) => training },
    ],
  },
  RecurrentBackward: {
    outputs: [
      { name: 'dGates' },
      { name: 'dGatesHh', when: isGru },
      { name: 'hPrev' },
      { name: 'dh0' },
      { name: 'dc0', when: isLstm },
      { name: 'dProjected', when: isProjected },
      { name: 'hidden', when: isProjected },
    ],
  },
};
