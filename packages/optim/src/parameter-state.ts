import { type Tensor, tidy, type Variable, variable } from '@tensorflow/tfjs-core';

/** The state that an optimizer keeps for one parameter. */
export interface ParameterState {
  /** Updates so far */
  step: number;
  /** Moments, buffers and sums, by name: untrainable variables, so that `useBackend` moves them with the model. */
  readonly tensors: Map<string, Variable>;
}

/** A parameter's state before its variables are made. */
export interface ReadParameterState {
  readonly parameter: Variable;
  readonly step: number;
  /** A function for each state tensor that makes it */
  readonly tensors: readonly (readonly [name: string, make: () => Tensor])[];
}

/** Makes the variables of all states. Where one cannot be made, none is left. */
export function makeStates(states: readonly ReadParameterState[]): [Variable, ParameterState][] {
  const made: Variable[] = [];
  const make = ({ parameter, step, tensors }: ReadParameterState): [Variable, ParameterState] => {
    const variables = tensors.map(([name, makeTensor]): [string, Variable] => {
      const state = tidy(() => variable(makeTensor(), false));
      made.push(state);
      return [name, state];
    });
    return [parameter, { step, tensors: new Map(variables) }];
  };
  try {
    return states.map(make);
  } catch (error) {
    for (const state of made) state.dispose();
    throw error;
  }
}
