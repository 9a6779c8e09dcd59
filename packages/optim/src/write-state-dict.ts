import type { Variable } from '@tensorflow/tfjs-core';
import type { SavedTensor } from '@unroll/backend';
import type { ParamGroup } from './parameter-groups.ts';
import type { ParameterState } from './parameter-state.ts';
import { type OptimizerStateDict, type SavedGroup, snakeCase } from './saved-state.ts';
import { withoutJsonOfTensors } from './without-json-of-tensors.ts';

/**
 * An optimizer's groups and live state under PyTorch's keys. `JSON.stringify` of it throws while there are tensors.
 */
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
  return withoutJsonOfTensors({ state, param_groups: groups }, () =>
    Object.entries(state).flatMap(([number, entries]) =>
      Object.entries(entries).map(([name, value]) => [`state ${number}.${name}`, value] as const),
    ),
  );
}
