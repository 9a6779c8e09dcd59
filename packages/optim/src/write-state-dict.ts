import { Tensor, type Variable } from '@tensorflow/tfjs-core';
import type { SavedTensor } from '@unroll/backend';
import type { ParamGroup } from './parameter-groups.ts';
import type { ParameterState } from './parameter-state.ts';
import { type OptimizerStateDict, type SavedGroup, snakeCase } from './saved-state.ts';

/** An optimizer's groups and live state under PyTorch's keys. JSON of it is an error as long as it holds tensors. */
export function writeStateDict<Options extends object>(
  paramGroups: readonly ParamGroup<Options>[],
  states: ReadonlyMap<Variable, ParameterState>,
): OptimizerStateDict {
  let next = 0;
  const state: Record<number, Record<string, number | SavedTensor>> = {};
  const groups = paramGroups.map(({ params, notes, ...options }): SavedGroup => {
    const saved = Object.entries({ ...options, ...notes }).map(([name, value]) => [snakeCase(name), value]);
    const numbers = params.map((parameter) => {
      const number = next++;
      const known = states.get(parameter);
      if (known) {
        const tensors = [...known.tensors].map(([name, tensor]) => [snakeCase(name), tensor]);
        state[number] = { step: known.step, ...Object.fromEntries(tensors) };
      }
      return number;
    });
    return { ...Object.fromEntries(saved), params: numbers };
  });
  return withoutJsonOfTensors({ state, param_groups: groups });
}

/** Has `JSON.stringify` name a tensor that it would lose. */
function withoutJsonOfTensors(stateDict: OptimizerStateDict): OptimizerStateDict {
  const toJSON = () => {
    for (const [number, entries] of Object.entries(stateDict.state)) {
      for (const [name, value] of Object.entries(entries)) {
        if (!(value instanceof Tensor)) continue;
        throw new TypeError(
          `stateDict: state ${number}.${name} is a tensor, whose numbers JSON would lose; put { data: [...(await tensor.data())], shape: tensor.shape } in its place, which loadStateDict takes`,
        );
      }
    }
    return { ...stateDict };
  };
  return Object.defineProperty(stateDict, 'toJSON', { value: toJSON });
}
