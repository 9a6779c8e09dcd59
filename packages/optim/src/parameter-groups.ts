import { Variable } from '@tensorflow/tfjs-core';
import {
  checkDtype,
  checkNames,
  checkOptions,
  checkValue,
  checkVariable,
  kind,
  shown,
} from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { noteKinds, type ScheduleNotes } from './schedule-notes.ts';

/** Options as they are given: what is left out, or undefined, has its default. */
export type Given<Options> = { readonly [Name in keyof Options]?: Options[Name] | undefined };

/** Parameters with their options, as schedulers and users change them between steps. */
export type ParamGroup<Options> = Options & {
  readonly params: readonly Variable[];
  /** What schedules keep with the group; absent until there is one */
  notes?: ScheduleNotes;
};

/** A group as it is given: options that it leaves out are the optimizer's. */
export type ParamGroupInit<Options> = Given<Options> & {
  readonly params: Variable | readonly Variable[];
  /** Those of another group, for one that is added to what a schedule moves */
  readonly notes?: ScheduleNotes | undefined;
};

/** All parameters in one group, or groups. */
export type ParamsInit<Options> = readonly Variable[] | readonly ParamGroupInit<Options>[];

/**
 * The options that are there. What an option may be follows from its default: a number, true or false, or two numbers.
 *
 * @throws where there is no such option, or a value is not of its kind
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

/** What can stand in the place of a default. */
function kindLike(value: unknown): kind.Kind | undefined {
  if (typeof value === 'number') return kind.number;
  if (typeof value === 'boolean') return kind.flag;
  return pair.fits(value) ? pair : undefined;
}

/** A group's parameters as a list, its options, and what schedules are to find with it. */
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

/** What an optimizer is given as groups: all parameters are one. */
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

/** Throws unless each is a float32 variable that is not known yet. */
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
