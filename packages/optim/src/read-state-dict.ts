import type { Variable } from '@tensorflow/tfjs-core';
import { checkOptions, kind, shapeText } from '@unroll/backend/checks';
import { type ArgumentError, CheckpointError } from '@unroll/backend/errors';
import { readSavedTensor, type SavedTensorFault } from '@unroll/backend/operations';
import { checkSaved } from './check-saved.ts';
import { faultWords } from './fault-words.ts';
import { checkedOptions, type ParamGroup } from './parameter-groups.ts';
import type { ReadParameterState } from './parameter-state.ts';
import {
  camelCase,
  type OptimizerStateDict,
  type SavedGroup,
  savedOptions,
  snakeCase,
} from './saved-state.ts';
import { noteKinds, type ScheduleNotes } from './schedule-notes.ts';

/** The content of a saved state. */
export interface ReadState<Options> {
  readonly groups: readonly ParamGroup<Options>[];
  readonly states: readonly ReadParameterState[];
}

/** The optimizer that reads a state: its groups, and the names of the state tensors that it may have. */
export interface Reader<Options> {
  readonly owner: string;
  readonly defaults: Options;
  readonly paramGroups: readonly ParamGroup<Options>[];
  readonly stateNames: readonly string[];
  /** The names of state tensors that are one number; the others have their parameter's shape */
  readonly scalarNames: readonly string[];
}

const fields = (value: unknown): Readonly<Record<string, unknown>> => Object(value);

const savedState: kind.Kind = {
  expected: '{ state, param_groups }',
  fits: (value) => kind.record.fits(fields(value).state) && Array.isArray(fields(value).param_groups),
};

const savedGroup: kind.Kind = {
  expected: 'its options and the numbers of its params',
  fits: (value) => kind.record.fits(value) && kind.listOf(kind.whole(0)).fits(fields(value).params),
};

const count: kind.Kind = { ...kind.whole(0), expected: 'a number, whole and at least 0' };

/**
 * Checks a whole saved state. Options have to be of their kind, but may be out of the range that a new optimizer
 * accepts: a schedule may have moved them there.
 *
 * @throws where anything does not fit
 */
export function readStateDict<Options extends object>(
  reader: Reader<Options>,
  stateDict: OptimizerStateDict,
): ReadState<Options> {
  const { owner } = reader;
  checkSaved(owner, 'the state', stateDict, savedState);
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
  saved: readonly SavedGroup[],
  byNumber: Map<number, Variable>,
): ParamGroup<Options>[] {
  if (saved.length !== paramGroups.length) {
    throw new CheckpointError(
      `${owner}: there are ${saved.length} parameter groups; the optimizer has ${paramGroups.length}`,
    );
  }
  return paramGroups.map((group, i) => {
    checkSaved(owner, `group ${i}`, saved[i], savedGroup);
    const { params } = saved[i]!;
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
    const { options, notes } = readOptions(`${owner}: group ${i}`, saved[i]!, defaults);
    const allNotes = { ...group.notes, ...notes };
    return { ...group, ...options, ...(Object.keys(allNotes).length > 0 && { notes: allNotes }) };
  });
}

/** A group's saved options. A wrong option is an error of the saved state, not of the caller. */
function readOptions<Options extends object>(
  where: string,
  group: SavedGroup,
  defaults: Options,
): { readonly options: Partial<Options>; readonly notes: ScheduleNotes } {
  try {
    const { options, notes } = savedOptions(group, defaults);
    return {
      options: checkedOptions(where, options, defaults),
      notes: checkOptions<ScheduleNotes>(where, notes, noteKinds),
    };
  } catch (error) {
    const { message, argument } = error as ArgumentError;
    throw new CheckpointError(message, { argument, cause: error });
  }
}

function readParameterState<Options>(
  { owner, stateNames, scalarNames }: Reader<Options>,
  where: string,
  parameter: Variable,
  entries: unknown,
): ReadParameterState {
  checkSaved(owner, where, entries, kind.record);
  const { step = 0, ...rest } = fields(entries);
  checkSaved(owner, `${where}.step`, step, count);
  const present = Object.entries(rest).filter(([, value]) => value !== null);
  const tensors = present.map(([key, value]) => {
    if (!stateNames.includes(camelCase(key))) {
      const kept = stateNames.map(snakeCase).join(', ') || 'none';
      throw new CheckpointError(`${owner}: ${where} has '${key}'; this optimizer keeps ${kept}`);
    }
    const isScalar = scalarNames.includes(camelCase(key));
    const given = isScalar && typeof value === 'number' ? { data: [value], shape: [] } : value;
    const read = readSavedTensor(given, isScalar ? { shape: [], dtype: 'float32' } : parameter);
    if (typeof read === 'function') return [camelCase(key), read] as const;
    const words = isScalar ? scalarWords(read) : faultWords(read, parameter);
    throw new CheckpointError(`${owner}: ${where}.${key} ${words}`);
  });
  return { parameter, step: step as number, tensors };
}

function scalarWords(fault: SavedTensorFault): string {
  return fault.fault === 'shape'
    ? `has shape ${shapeText(fault.shape)}; expected one number, of shape []`
    : faultWords(fault, { shape: [], size: 1 });
}
