import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { kind, shown } from '@unroll/backend/checks';
import { CheckpointError } from '@unroll/backend/errors';
import { readSavedTensor, type SavedTensorFault } from '@unroll/backend/operations';
import { checkedOptions, type ParamGroup } from './parameter-groups.ts';
import { camelCase, type OptimizerStateDict, savedOptions, snakeCase } from './saved-state.ts';

/** What an optimizer takes from a saved state. */
export interface ReadState<Options> {
  readonly groups: readonly ParamGroup<Options>[];
  readonly states: readonly ReadParameterState[];
}

interface ReadParameterState {
  readonly parameter: Variable;
  readonly step: number;
  /** What makes each state tensor */
  readonly tensors: readonly (readonly [name: string, make: () => Tensor])[];
}

/** What a state is read for: an optimizer with its groups, and the names of the state tensors that it may have. */
export interface Reader<Options> {
  readonly owner: string;
  readonly defaults: Options;
  readonly paramGroups: readonly ParamGroup<Options>[];
  readonly stateNames: readonly string[];
}

/**
 * Checks a saved state, whole. Options have to be of their kind, but may be out of the range that a new optimizer is held to:
 * a schedule may have moved them there.
 *
 * @throws where anything does not fit
 */
export function readStateDict<Options extends object>(
  reader: Reader<Options>,
  stateDict: OptimizerStateDict,
): ReadState<Options> {
  const { owner } = reader;
  if (!isRecord(stateDict) || !isRecord(stateDict.state) || !Array.isArray(stateDict.param_groups)) {
    throw new CheckpointError(`${owner}: the state is ${shown(stateDict)}; expected { state, param_groups }`);
  }
  const byNumber = new Map<number, Variable>();
  const groups = readGroups(reader, Array.from(stateDict.param_groups), byNumber);
  const states = Object.entries(stateDict.state).map(([number, entries]) => {
    const parameter = byNumber.get(Number(number));
    if (!parameter) throw new CheckpointError(`${owner}: state ${number} belongs to no parameter of a group`);
    return readParameterState(reader, `state ${number}`, parameter, entries);
  });
  return { groups, states };
}

function readGroups<Options extends object>(
  { owner, defaults, paramGroups }: Reader<Options>,
  saved: readonly unknown[],
  byNumber: Map<number, Variable>,
): ParamGroup<Options>[] {
  if (saved.length !== paramGroups.length) {
    throw new CheckpointError(
      `${owner}: there are ${saved.length} parameter groups; the optimizer has ${paramGroups.length}`,
    );
  }
  return paramGroups.map((group, i) => {
    const savedGroup = saved[i];
    if (!isRecord(savedGroup) || !kind.listOf(kind.whole(0)).fits(savedGroup.params)) {
      throw new CheckpointError(
        `${owner}: group ${i} is ${shown(savedGroup)}; expected its options and the numbers of its params`,
      );
    }
    const { params } = savedGroup as { params: readonly number[] };
    if (params.length !== group.params.length) {
      throw new CheckpointError(
        `${owner}: group ${i} has ${params.length} parameters; the optimizer's has ${group.params.length}`,
      );
    }
    params.forEach((number, j) => {
      if (byNumber.has(number))
        throw new CheckpointError(`${owner}: parameter ${number} comes twice in the groups`);
      byNumber.set(number, group.params[j]!);
    });
    const options = checkedOptions(`${owner}: group ${i}`, savedOptions(savedGroup), defaults);
    return { ...group, ...options };
  });
}

function readParameterState<Options>(
  { owner, stateNames }: Reader<Options>,
  where: string,
  parameter: Variable,
  entries: unknown,
): ReadParameterState {
  if (!isRecord(entries))
    throw new CheckpointError(`${owner}: ${where} is ${shown(entries)}; expected an object`);
  const { step = 0, ...rest } = entries;
  if (!kind.whole(0).fits(step)) {
    throw new CheckpointError(
      `${owner}: ${where}.step is ${shown(step)}; expected a number, whole and at least 0`,
    );
  }
  const present = Object.entries(rest).filter(([, value]) => value !== null);
  const tensors = present.map(([key, value]) => {
    if (!stateNames.includes(camelCase(key))) {
      const kept = stateNames.map(snakeCase).join(', ') || 'none';
      throw new CheckpointError(`${owner}: ${where} has '${key}'; this optimizer keeps ${kept}`);
    }
    const read = readSavedTensor(value, parameter);
    if (typeof read !== 'function')
      throw new CheckpointError(`${owner}: ${where}.${key} ${inWords(read, parameter)}`);
    return [camelCase(key), read] as const;
  });
  return { parameter, step: step as number, tensors };
}

function inWords(fault: SavedTensorFault, { shape, size }: Variable): string {
  if (fault.fault === 'shape') return `has shape [${fault.shape}]; its parameter's is [${shape}]`;
  if (fault.fault === 'dtype') return `has dtype ${fault.dtype}; expected float32`;
  if (fault.fault === 'length') return `has ${fault.length} numbers; its shape [${shape}] has ${size}`;
  return fault.words;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
