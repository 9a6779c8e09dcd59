import type { Tensor, Variable } from '@tensorflow/tfjs-core';

/** The inputs of one update: the parameter, its gradient, and the state tensors that exist. */
export type UpdateTensors<StateName extends string> = {
  param: Tensor;
  grad: Tensor;
} & StateTensors<StateName>;

/** The results of an update: the parameter's next value, and the next state under the same names. */
export type UpdatedTensors<StateName extends string> = { readonly param: Tensor } & {
  readonly [name in StateName]?: Tensor | undefined;
};

/** State tensors by name. Tensors that do not exist yet are left out. */
export type StateTensors<StateName extends string> = { [name in StateName]?: Tensor };

/** The options and the count of a parameter's update. */
export interface UpdateState<Options> {
  readonly options: Options;
  /** The number of this update, from 1 */
  readonly step: number;
}

/**
 * The initial value of a state tensor: the parameter's shape filled with a number, one number alone, or the result of
 * the first update.
 */
export type InitialState = number | { readonly scalar: number } | 'first update';

/** A parameter's next value and state, computed but not assigned. */
export interface Update<StateName extends string> {
  readonly parameter: Variable;
  readonly names: readonly StateName[];
  readonly next: Tensor;
  readonly nextState: readonly Tensor[];
}
