import { Tensor } from '@tensorflow/tfjs-core';
import { ArgumentError } from '../errors/argument-error.ts';
import { disposedFault } from './disposal.ts';
import type { Kind } from './kinds.ts';
import { nearestName } from './nearest-name.ts';
import { LONGEST, shown } from './shown.ts';

/** One kind for each option; the type requires an entry for every option. */
export type OptionKinds<Options extends object> = { readonly [Name in keyof Required<Options>]: Kind };

/**
 * Checks that a value is an object of options, that every name is known, and that every value is of its kind. An option
 * that is `undefined` counts as left out.
 *
 * @param owner the owner of the options, as an error names it: `LSTM`, `crossEntropy`
 * @returns the options that are set
 * @throws if a check fails; the error for an unknown name suggests the nearest known name
 */
export function checkOptions<Options extends object>(
  owner: string,
  options: Options,
  kinds: OptionKinds<Options>,
): Options {
  checkNames(owner, options, kinds);
  const present: Partial<Options> = {};
  for (const name in kinds) {
    const value = options[name];
    checkValue(owner, name, value, kinds[name]);
    if (value !== undefined) present[name] = value;
  }
  return present as Options;
}

/** Throws unless `value` is of the kind, or is undefined and not required. */
export function checkValue(owner: string, name: string, value: unknown, kind: Kind): void {
  if (value === undefined && !kind.required) return;
  const fault = faultOf(value, kind, name);
  if (fault) throw new ArgumentError(owner, name, fault);
}

/**
 * The problem with a value as the rest of a sentence: `is 0; expected a number over 0`. Undefined if the value is of
 * the kind.
 *
 * @param name the argument's name, for a disposed tensor's error: it shows the call of `tf.keep`
 */
export function faultOf(value: unknown, kind: Kind, name = 'tensor'): string | undefined {
  if (kind.fits(value)) return undefined;
  if (value instanceof Tensor && value.isDisposed) return disposedFault(name, value);
  return `is ${shown(value)}${misfitText(value, kind)}; expected ${kind.expected}${kind.hint?.(value) ?? ''}`;
}

/** The first element of an array that is not of its kind, if the array is too long to be shown whole. */
function misfitText(value: unknown, { element }: Kind): string {
  if (!element || !Array.isArray(value) || value.length <= LONGEST) return '';
  const place = Array.from(value).findIndex((each) => !element.fits(each));
  return place < 0 ? '' : `, whose element ${place} is ${shown(value[place])}`;
}

/** Throws unless each of the values is of the kind. */
export function checkEach(owner: string, values: Readonly<Record<string, unknown>>, kind: Kind): void {
  for (const [name, value] of Object.entries(values)) checkValue(owner, name, value, kind);
}

/** Throws if `options` is not an object of options, or has a name that is not a key of `known`. */
export function checkNames(owner: string, options: unknown, known: object): asserts options is object {
  if (!isOptions(options)) {
    const names = Object.keys(known).join(', ');
    throw new ArgumentError(
      owner,
      'options',
      `is ${shown(options)}; expected an object with options: ${names}`,
    );
  }
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(known, name)) throw unknownName(owner, name, Object.keys(known));
  }
}

function unknownName(owner: string, name: string, known: readonly string[]): Error {
  const near = nearestName(name, known);
  const hint = near ? `; did you mean ${near}?` : `; the options are ${known.join(', ')}`;
  return new ArgumentError(owner, name, undefined, { sentence: `there is no option '${name}'${hint}` });
}

/** Arrays, maps, tensors and the like are objects, but hold no options. */
function isOptions(value: unknown): value is object {
  return Object.prototype.toString.call(value) === '[object Object]' && !(value instanceof Tensor);
}
