import { Tensor, type Variable } from '@tensorflow/tfjs-core';
import type { SavedTensor } from '@unroll/backend';
import { kind, valuesAtHand } from '@unroll/backend/checks';
import { CheckpointError } from '@unroll/backend/errors';
import { readSavedTensor } from '@unroll/backend/operations';
import { checkSaved } from './check-saved.ts';
import { faultWords } from './fault-words.ts';

interface SavedAverages {
  /** The average of each parameter; none before the first update */
  readonly [key: `module.${string}`]: SavedTensor;
}

/** Saved averages, under the keys of PyTorch's `AveragedModel`. */
export interface AverageStateDict extends SavedAverages {
  /** Updates so far */
  readonly n_averaged: number;
}

/** Averages to load. PyTorch's `n_averaged` is a tensor of one number. */
export interface LoadedAverageStateDict extends SavedAverages {
  readonly n_averaged: number | SavedTensor;
}

/** The content of a saved state: the number of updates, and a function that makes each average. */
export interface ReadAverages {
  readonly updates: number;
  readonly averages: readonly (readonly [name: string, make: () => Tensor])[];
}

/**
 * Checks a whole saved state.
 *
 * @param others names of further state, such as the model's buffers, that may be saved beside the averages
 * @throws CheckpointError where anything does not fit
 */
export function readAverages(
  owner: string,
  stateDict: LoadedAverageStateDict,
  parameters: ReadonlyMap<string, Variable>,
  others: Iterable<string>,
): ReadAverages {
  checkSaved(owner, 'the state', stateDict, kind.record);
  const known = new Set([...parameters.keys(), ...others].map((name) => `module.${name}`));
  const unknown = Object.keys(stateDict).find((key) => key !== 'n_averaged' && !known.has(key));
  if (unknown !== undefined) throw new CheckpointError(`${owner}: there is no '${unknown}' in the model`);
  const updates = countOf(stateDict.n_averaged);
  checkSaved(owner, 'n_averaged', updates, countKind);
  const averages = [...(updates === 0 ? [] : parameters)].map(([name, parameter]) => {
    const key = `module.${name}` as const;
    const read = readSavedTensor(stateDict[key], parameter);
    if (typeof read === 'function') return [name, read] as const;
    throw new CheckpointError(`${owner}: ${key} ${faultWords(read, parameter)}`);
  });
  return { updates: updates as number, averages };
}

const countKind: kind.Kind = kind.required({
  ...kind.whole(0),
  expected: 'a whole number of at least 0, or a tensor of one whose number has been read',
});

/** The number in a tensor of shape `[]`. Any other value is returned as it is. */
function countOf(saved: unknown): unknown {
  if (typeof saved !== 'object' || saved === null) return saved;
  const { shape, data } = saved as { readonly shape?: unknown; readonly data?: unknown };
  if (!Array.isArray(shape) || shape.length > 0) return saved;
  const values = saved instanceof Tensor ? !saved.isDisposed && valuesAtHand(saved) : data;
  const [value] = Array.from((values || []) as ArrayLike<unknown>);
  return typeof value === 'bigint' ? Number(value) : (value ?? saved);
}
