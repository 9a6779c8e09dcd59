import type { NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';

/** The cell's equations, by cuDNN's names. Gates and their order are PyTorch's. */
export type Mode = 'rnn_tanh' | 'rnn_relu' | 'lstm' | 'gru';

/** Gates a mode has; `weightIh` has `GATES[mode] · H` rows, in the order i,f,g,o (LSTM) and r,z,n (GRU). */
export const GATES: Readonly<Record<Mode, number>> = { rnn_tanh: 1, rnn_relu: 1, lstm: 4, gru: 3 };

export const RecurrentForward = 'RecurrentForward';
export const RecurrentBackward = 'RecurrentBackward';

/**
 * One layer, one direction, a whole sequence. `T` steps, `N` rows, `I` input features, `H` hidden features, `P` projected
 * features (LSTM with `weightHr`; the state `h` then has `P` features and `c` keeps `H`), `G` gates.
 * An absent initial state is zero; an absent bias is zero; absent `lengths` mean that every row has `T` steps.
 */
export type RecurrentForwardInputs = NamedTensorInfoMap & {
  /** `[T, N, I]` */
  x: TensorInfo;
  /** `[G·H, I]` */
  weightIh: TensorInfo;
  /** `[G·H, P|H]` */
  weightHh: TensorInfo;
  /** `[G·H]` */
  biasIh?: TensorInfo;
  /** `[G·H]` */
  biasHh?: TensorInfo;
  /** `[P, H]`, LSTM only */
  weightHr?: TensorInfo;
  /** `[N, P|H]` */
  h0?: TensorInfo;
  /** `[N, H]`, LSTM only */
  c0?: TensorInfo;
  /** int32 `[N]`, each in 1…T */
  lengths?: TensorInfo;
};

export interface RecurrentAttrs {
  mode: Mode;
  /** Walks each row from its true end to its beginning; `y[t]` stays at its place. */
  reverse: boolean;
}

/**
 * Outputs, in this order:
 * - `y [T, N, P|H]`, 0 past a row's end;
 * - `hN [N, P|H]`, the state after the last step taken: a row's true end, or its step 0 in reverse;
 * - `cN [N, H]`, LSTM only;
 * - `reserve`, only where `training`: float32 of any shape, read by the same backend's `RecurrentBackward` alone.
 */
export interface RecurrentForwardAttrs extends RecurrentAttrs {
  training: boolean;
}

export type RecurrentBackwardInputs = NamedTensorInfoMap & {
  /** Gradient of `y`, `[T, N, P|H]`; what stands past a row's end is ignored. */
  dy: TensorInfo;
  /** Gradient of `hN`, `[N, P|H]` */
  dhN: TensorInfo;
  /** Gradient of `cN`, `[N, H]`, LSTM only */
  dcN?: TensorInfo;
  /** As `RecurrentForward` gave them. */
  y: TensorInfo;
  reserve: TensorInfo;
  /** As `RecurrentForward` got them. */
  weightHh: TensorInfo;
  weightHr?: TensorInfo;
  h0?: TensorInfo;
  c0?: TensorInfo;
  lengths?: TensorInfo;
};

/**
 * Backward through time stops at the gates, as cuDNN's BackwardData does: what is left are matrix products over all
 * steps at once, which `recurrent` asks for one by one, and only where somebody wants them.
 *
 * Outputs, in this order; everything past a row's end is 0:
 * - `dGates [T·N, G·H]`, gradient of the gates' pre-activations: `dx = dGates · weightIh`, `dWeightIh = dGatesᵀ · x`,
 *   `dBiasIh = Σ dGates`;
 * - GRU only, `dGatesHh [T·N, G·H]`, the same for the hidden side (its n third differs by the factor r); elsewhere
 *   `dGates` serves: `dWeightHh = dGatesHhᵀ · hPrev`, `dBiasHh = Σ dGatesHh`;
 * - `hPrev [T·N, P|H]`, the state each step started from;
 * - `dh0 [N, P|H]`;
 * - LSTM only, `dc0 [N, H]`;
 * - with `weightHr` only, `dProjected [T·N, P]` and `hidden [T·N, H]` (o·tanh c): `dWeightHr = dProjectedᵀ · hidden`.
 */
export type RecurrentBackwardAttrs = RecurrentAttrs;
