import { type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import type { SavedTensor } from '@unroll/backend';
import { shapeText, shown } from '@unroll/backend/checks';
import { CheckpointError } from '@unroll/backend/errors';
import { readSavedTensor, type SavedTensorFault } from '@unroll/backend/operations';

/** A module's parameters by PyTorch's keys, such as `encoder.weight_ih_l0`. */
export type StateDict = Record<string, SavedTensor>;

export interface LoadStateDictOptions {
  /** Whether missing and unexpected keys are errors. Default true. */
  strict?: boolean | undefined;
}

export interface IncompatibleKeys {
  readonly missingKeys: readonly string[];
  readonly unexpectedKeys: readonly string[];
}

/** Checks a saved value against the parameter that will take it, and returns a function that makes its tensor. */
export type ReadSaved<Saved> = (saved: Saved, parameter: Variable) => (() => Tensor) | SavedTensorFault;

/** Checks all saved values, then copies them into the parameters with the same keys. */
export function loadParameters<Saved = unknown>(
  owner: string,
  own: Readonly<Record<string, Variable>>,
  stateDict: Readonly<Record<string, Saved>>,
  strict: boolean,
  read: ReadSaved<Saved> = readSavedTensor,
): IncompatibleKeys {
  const saved = checkedState(owner, stateDict);
  const missingKeys = Object.keys(own).filter((key) => !Object.hasOwn(saved, key));
  const unexpectedKeys = Object.keys(saved).filter((key) => !Object.hasOwn(own, key));
  const problems: string[] = [];
  if (strict && missingKeys.length > 0) {
    problems.push(`Missing key(s) in stateDict: ${quoted(missingKeys)}.`);
  }
  if (strict && unexpectedKeys.length > 0) {
    problems.push(`Unexpected key(s) in stateDict: ${quoted(unexpectedKeys)}.`);
  }
  const loads: [Variable, () => Tensor][] = [];
  for (const [key, parameter] of Object.entries(own)) {
    if (!Object.hasOwn(saved, key) || saved[key] === parameter) continue;
    const made = read(saved[key]!, parameter);
    if (parameter.isDisposed) problems.push(`${key} of the model is disposed.`);
    else if (typeof made === 'function') loads.push([parameter, made]);
    else problems.push(inWords(key, parameter, made));
  }
  if (problems.length > 0) {
    const lines = problems.map((problem) => `\n  ${problem}`).join('');
    throw new CheckpointError(`${owner}: error(s) in loading the state:${lines}`);
  }
  tidy(() => {
    // All values are made before the first is assigned, because one parameter may be saved as another one's value.
    const values = loads.map(([parameter, make]) => [parameter, make()] as const);
    for (const [parameter, value] of values) parameter.assign(value);
  });
  return { missingKeys, unexpectedKeys };
}

function checkedState<Saved>(
  owner: string,
  stateDict: Readonly<Record<string, Saved>>,
): Readonly<Record<string, Saved>> {
  if (typeof stateDict === 'object' && stateDict !== null && !(Symbol.iterator in stateDict))
    return stateDict;
  throw new CheckpointError(
    `${owner}: stateDict is ${shown(stateDict)}; expected an object of tensors by key`,
    { argument: 'stateDict' },
  );
}

function inWords(key: string, { shape, size, dtype }: Variable, fault: SavedTensorFault): string {
  switch (fault.fault) {
    case 'shape':
      return `size mismatch for ${key}: the saved value has shape ${shapeText(fault.shape)}; the model's has ${shapeText(shape)}.`;
    case 'dtype':
      return `dtype mismatch for ${key}: the saved value is ${fault.dtype}; the model's is ${dtype}.`;
    case 'length':
      return `size mismatch for ${key}: the saved value has ${fault.length} numbers; its shape ${shapeText(shape)} has ${size}.`;
    case 'value':
      return `wrong value for ${key}: the saved value ${fault.words}.`;
  }
}

function quoted(keys: readonly string[]): string {
  return keys.map((key) => `"${key}"`).join(', ');
}
