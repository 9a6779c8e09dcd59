import type { Tensor, Variable } from '@tensorflow/tfjs-core';

/** What one update computes from: the parameter, its gradient, and the state's tensors that exist. */
export type UpdateTensors<StateName extends string> = {
  param: Tensor;
  grad: Tensor;
} & StateTensors<StateName>;

/** What an update returns: the parameter's next value, and the next state under the names of the last one. */
export type UpdatedTensors<StateName extends string> = { readonly param: Tensor } & {
  readonly [name in StateName]?: Tensor | undefined;
};

/** State tensors by name; those that do not exist yet are left out. */
export type StateTensors<StateName extends string> = { [name in StateName]?: Tensor };

/** Where a parameter's updates stand. */
export interface UpdateState<Options> {
  readonly options: Options;
  /** The number of this update, from 1 */
  readonly step: number;
}

/** How a state tensor begins: of the parameter's shape and filled with a number, one number alone, or what the first update returns. */
export type InitialState = number | { readonly scalar: number } | 'first update';

/** A parameter's next value and state, computed and not assigned. */
export interface Update<StateName extends string> {
  readonly parameter: Variable;
  readonly names: readonly StateName[];
  readonly next: Tensor;
  readonly nextState: readonly Tensor[];
}
