import { clone, keep, Tensor } from '@tensorflow/tfjs-core';
import { kind } from '@unroll/backend/checks';
import { CheckpointError } from '@unroll/backend/errors';
import type { Optimizer, OptimizerStateDict, SavedGroup } from '@unroll/optim';
import type { StoredTensor } from '@unroll/safetensors';
import { readTensors } from './read-tensors.ts';
import { savedFields } from './saved-fields.ts';

type ParameterNumbers = Readonly<Record<string, number | null>>;

/** The part of an optimizer's state that is not tensors. */
export interface OptimizerNumbers {
  readonly state: Readonly<Record<number, ParameterNumbers>>;
  readonly param_groups: readonly SavedGroup[];
}

const numberKinds = { state: kind.record, param_groups: kind.listOf(kind.record) };

/**
 * Prefix of the optimizer's tensors in a checkpoint: `optimizer.3.exp_avg` belongs to parameter 3, counted over all
 * groups.
 */
const PREFIX = 'optimizer.';

/** The optimizer's state at the time of the call: its numbers, and a promise of its tensors. */
export function savedOptimizer(optimizer: Optimizer): {
  readonly numbers: OptimizerNumbers;
  readonly tensors: Promise<Map<string, StoredTensor>>;
} {
  const { state, param_groups } = optimizer.stateDict();
  const numbers: Record<string, Record<string, number | null>> = {};
  const copies: [string, Tensor][] = [];
  for (const [index, values] of Object.entries(state)) {
    numbers[index] = {};
    for (const [name, value] of Object.entries(values)) {
      if (value instanceof Tensor) copies.push([`${PREFIX}${index}.${name}`, keep(clone(value))]);
      else numbers[index][name] = value as number | null;
    }
  }
  return { numbers: { state: numbers, param_groups }, tensors: readTensors(copies) };
}

/**
 * Makes the argument of `loadStateDict` from a checkpoint.
 *
 * @throws CheckpointError when it is not an optimizer's state
 */
export function optimizerState(
  numbers: OptimizerNumbers,
  tensors: ReadonlyMap<string, StoredTensor>,
): OptimizerStateDict {
  const fields = savedFields<OptimizerNumbers>('Trainer: optimizer', numbers, numberKinds);
  const state: Record<
    string,
    Record<string, number | null | { data: Float32Array; shape: readonly number[] }>
  > = {};
  for (const [index, values] of Object.entries(fields.state)) state[index] = { ...values };
  for (const [key, { dtype, shape, data }] of tensors) {
    if (!key.startsWith(PREFIX)) continue;
    const [index, name] = key.slice(PREFIX.length).split('.');
    if (!name || !Object.hasOwn(state, index!) || dtype !== 'F32') {
      throw new CheckpointError(`the tensor '${key}' of ${dtype} is of no parameter's state`);
    }
    state[index!]![name] = { data: data as Float32Array, shape };
  }
  return { state, param_groups: fields.param_groups };
}
