import { Variable } from '@tensorflow/tfjs-core';
import {
  checkDtype,
  checkEach,
  checkNames,
  checkOptions,
  checkValue,
  checkVariable,
  kind,
  shown,
} from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { noteKinds, type ScheduleNotes } from './schedule-notes.ts';

/** Options as a caller gives them. An option that is left out or undefined has its default. */
export type Given<Options> = { readonly [Name in keyof Options]?: Options[Name] | undefined };

/** Parameters with their options, which schedules and users change between steps. */
export type ParamGroup<Options> = Options & {
  readonly params: readonly Variable[];
  /** Values that schedules keep with the group; absent before the first schedule */
  notes?: ScheduleNotes;
};

/** A group as a caller gives it. The optimizer's options stand in for those that it leaves out. */
export type ParamGroupInit<Options> = Given<Options> & {
  readonly params: Variable | readonly Variable[];
  /** The notes of another group, so that a present schedule can move this group too */
  readonly notes?: ScheduleNotes | undefined;
};

/** All parameters in one group, or groups. */
export type ParamsInit<Options> = readonly Variable[] | readonly ParamGroupInit<Options>[];

/**
 * Checks the given options. The kind of an option follows from its default: a number, true or false, or two numbers.
 *
 * @throws where an option is unknown or not of its kind
 */
export function checkedOptions<Options extends object>(
  owner: string,
  options: object,
  defaults: Options,
): Partial<Options> {
  checkNames(owner, options, defaults);
  const present = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [name, value] of present) {
    const expected = kindLike(defaults[name as keyof Options]);
    if (expected) checkValue(owner, name, value, expected);
  }
  return Object.fromEntries(present) as Partial<Options>;
}

const pair: kind.Kind = {
  expected: 'two numbers',
  fits: (value) => Array.isArray(value) && value.length === 2 && value.every(kind.number.fits),
};

/** The kind of the values that can replace a default. */
function kindLike(value: unknown): kind.Kind | undefined {
  if (typeof value === 'number') return kind.number;
  if (typeof value === 'boolean') return kind.flag;
  return pair.fits(value) ? pair : undefined;
}

/** A group's parameters as a list, its options, and its notes for schedules. */
export function splitGroup(
  where: string,
  group: unknown,
): { params: readonly unknown[]; options: object; notes: ScheduleNotes | undefined } {
  checkNames(where, group, { params: undefined, ...(group as object) });
  const { params, notes, ...options } = group as { params?: unknown; notes?: ScheduleNotes };
  if (notes !== undefined) checkOptions<ScheduleNotes>(`${where}.notes`, notes, noteKinds);
  if (params instanceof Variable) return { params: [params], options, notes };
  if (typeof params === 'object' && params !== null && Symbol.iterator in params) {
    return { params: [...(params as Iterable<unknown>)], options, notes };
  }
  throw new Error(`${where}.params is ${shown(params)}; expected a tf.Variable or an array of them`);
}

/** The groups that an optimizer is given. A list of parameters is one group. */
export function groupsOf(owner: string, params: ParamsInit<object>): readonly object[] {
  if (!Array.isArray(params)) {
    throw new ArgumentError(
      owner,
      'params',
      `is ${shown(params)}; expected an array of tf.Variable or of groups`,
    );
  }
  if (params.length === 0) throw new ArgumentError(owner, 'params', `is an empty list; expected parameters`);
  return isGroups(params) ? params : [{ params }];
}

function isGroups(params: readonly unknown[]): boolean {
  return params.some((element) => typeof element === 'object' && element !== null && 'params' in element);
}

/** Throws unless each parameter is a float32 variable that is not known yet. */
export function checkParameters(
  owner: string,
  where: string,
  params: readonly unknown[],
  already: readonly Variable[],
): asserts params is readonly Variable[] {
  const known = new Set<unknown>(already);
  params.forEach((parameter, i) => {
    checkVariable(owner, `${where}[${i}]`, parameter);
    checkDtype(owner, `${where}[${i}]`, parameter, 'float32');
    if (known.has(parameter)) {
      throw new Error(`${owner}: ${where}[${i}] (variable ${parameter.name}) is in the optimizer already`);
    }
    known.add(parameter);
  });
}

/** Throws if the learning rate or the weight decay is below 0, or not a number. */
export function checkRates(
  owner: string,
  options: { readonly lr: number; readonly weightDecay: number },
): void {
  const { lr, weightDecay } = options;
  checkEach(owner, { lr, weightDecay }, kind.atLeast(0));
}
