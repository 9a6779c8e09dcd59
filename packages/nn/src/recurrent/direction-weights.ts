import type { Rank, Variable } from '@tensorflow/tfjs-core';
import { GATES, type Mode } from '@unroll/backend/contract';
import { uniformParameter } from '../parameter.ts';

/** The parameters of one layer in one direction, as the recurrent kernels take them. */
export interface DirectionWeights {
  /** `[G·H, I]`; I is the number of input features or, above the first layer, D·(P|H) */
  readonly weightIh: Variable<Rank.R2>;
  /** `[G·H, P|H]` */
  readonly weightHh: Variable<Rank.R2>;
  /** `[G·H]`; absent without bias */
  readonly biasIh?: Variable<Rank.R1>;
  /** `[G·H]`; absent without bias */
  readonly biasHh?: Variable<Rank.R1>;
  /** `[P, H]`; with a projection only */
  readonly weightHr?: Variable<Rank.R2>;
}

export interface DirectionSizes {
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** 0: no projection */
  readonly projSize: number;
  readonly bias: boolean;
}

/** PyTorch's names, in PyTorch's order. Layers append `_l0`, `_l0_reverse`, …. */
const names = [
  ['weightIh', 'weight_ih'],
  ['weightHh', 'weight_hh'],
  ['biasIh', 'bias_ih'],
  ['biasHh', 'bias_hh'],
  ['weightHr', 'weight_hr'],
] as const satisfies readonly (readonly [keyof DirectionWeights, string])[];

/** Draws parameters from U(−1/√H, 1/√H), and passes each to `register` under PyTorch's name. */
export function createDirectionWeights(
  mode: Mode,
  { inputSize, hiddenSize, projSize, bias }: DirectionSizes,
  register: (name: string, parameter: Variable) => void,
): DirectionWeights {
  const bound = 1 / Math.sqrt(hiddenSize);
  const gateRows = GATES[mode] * hiddenSize;
  const matrix = (rows: number, columns: number) => uniformParameter<Rank.R2>([rows, columns], bound);
  const vector = (size: number) => uniformParameter<Rank.R1>([size], bound);
  const weights: DirectionWeights = {
    weightIh: matrix(gateRows, inputSize),
    weightHh: matrix(gateRows, projSize || hiddenSize),
    ...(bias && { biasIh: vector(gateRows), biasHh: vector(gateRows) }),
    ...(projSize > 0 && { weightHr: matrix(projSize, hiddenSize) }),
  };
  for (const [field, name] of names) {
    const parameter = weights[field];
    if (parameter) register(name, parameter as Variable);
  }
  return weights;
}
