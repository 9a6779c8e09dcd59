import { shown } from '@unroll/backend/checks';

/** The state of a checkpoint: JSON, and the numbers that JSON cannot represent (NaN, the infinities, −0). */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The greatest nesting depth of arrays and objects. */
const MAX_DEPTH = 100;

/** The key of an object that stands for a number that JSON cannot represent: `{ "$number": "NaN" }`. */
const NUMBER = '$number';

const unwordedNumbers: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  '-0': -0,
};

/** The word for a number that JSON cannot represent; undefined for other numbers. */
export function wordOf(value: number): string | undefined {
  return Object.keys(unwordedNumbers).find((word) => Object.is(unwordedNumbers[word], value));
}

/** The number that a word stands for; undefined for any other value. */
export const numberOf = (word: unknown): number | undefined =>
  typeof word === 'string' && Object.hasOwn(unwordedNumbers, word) ? unwordedNumbers[word] : undefined;

/** Makes the error for a value from its path (`state.data[2]`) and the fault (`is a Map; expected …`). */
export type JsonFault = (path: string, fault: string) => Error;

/**
 * Converts a value to plain JSON. Fields that are undefined are left out, as by `JSON.stringify`.
 *
 * @throws the error of `fault`, when the value would not be read back unchanged
 */
export function toPlainJson(value: unknown, path: string, fault: JsonFault, depth = 0): Json {
  if (depth > MAX_DEPTH) throw fault(path, tooDeep);
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') {
    const word = wordOf(value);
    return word === undefined ? value : { [NUMBER]: word };
  }
  if (Array.isArray(value)) {
    return Array.from(value, (element, i) => toPlainJson(element, `${path}[${i}]`, fault, depth + 1));
  }
  if (!isPlainObject(value)) {
    throw fault(path, `is ${shown(value)}; expected what JSON can hold, or a number`);
  }
  return mapped(value, path, fault, (field, inner) =>
    field === undefined ? undefined : toPlainJson(field, inner, fault, depth + 1),
  );
}

/**
 * The inverse of `toPlainJson`.
 *
 * @throws the error of `fault`, when `toPlainJson` cannot have made the value
 */
export function fromPlainJson(value: Json, path: string, fault: JsonFault, depth = 0): Json {
  if (depth > MAX_DEPTH) throw fault(path, tooDeep);
  if (Array.isArray(value)) {
    return value.map((element, i) => fromPlainJson(element, `${path}[${i}]`, fault, depth + 1));
  }
  if (!isPlainObject(value)) return value;
  if (Object.hasOwn(value, NUMBER)) {
    const number = numberOf(value[NUMBER]);
    if (number === undefined || Object.keys(value).length > 1) {
      throw fault(path, `has a ${NUMBER} that is none of ${Object.keys(unwordedNumbers).join(', ')}`);
    }
    return number;
  }
  return mapped(value, path, fault, (field, inner) => fromPlainJson(field, inner, fault, depth + 1), true);
}

const tooDeep = `lies more than ${MAX_DEPTH} arrays and objects deep`;

function mapped<T>(
  fields: Readonly<Record<string, T>>,
  path: string,
  fault: JsonFault,
  change: (field: T, path: string) => Json | undefined,
  reading = false,
): Json {
  const result: Record<string, Json> = {};
  for (const [key, field] of Object.entries(fields)) {
    const isReserved = key === '__proto__' || (key === NUMBER && !reading);
    if (isReserved) throw fault(path, `has the key '${key}', which a checkpoint cannot hold`);
    const changed = change(field, `${path}.${key}`);
    if (changed !== undefined) result[key] = changed;
  }
  return result;
}

/** Whether an object was made by `{…}` or has no prototype, in any realm. */
function isPlainObject<T>(value: T): value is T & Readonly<Record<string, Json>> {
  if (Object.prototype.toString.call(value) !== '[object Object]') return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
