import { checkValue, faultOf, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';

type Kind = kind.Kind;

const list: Kind = kind.required({
  expected: 'an array, plain or typed',
  fits: (value) => Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView)),
});

/** Throws unless `values` is an array, plain or typed, each of whose elements is of the kind. */
export function checkList(owner: string, name: string, values: ArrayLike<unknown>, element: Kind): void {
  checkValue(owner, name, values, list);
  for (let i = 0; i < values.length; i++) {
    if (element.fits(values[i])) continue;
    throw new ArgumentError(owner, `${name}[${i}]`, faultOf(values[i], element));
  }
}

/** Throws unless all arrays have the same length. The keys are their names in errors. */
export function checkSameLength(owner: string, lists: Readonly<Record<string, ArrayLike<unknown>>>): void {
  const [[first, { length }], ...others] = Object.entries(lists) as [
    [string, ArrayLike<unknown>],
    ...[string, ArrayLike<unknown>][],
  ];
  for (const [name, other] of others) {
    if (other.length === length) continue;
    throw new ArgumentError(
      owner,
      name,
      `has ${other.length} elements; expected as many as ${first}, which has ${length}`,
    );
  }
}

/** Throws unless all arrays have the same length, and each element is of the kind. */
export function checkLists(
  owner: string,
  lists: Readonly<Record<string, ArrayLike<unknown>>>,
  element: Kind,
): void {
  for (const [name, values] of Object.entries(lists)) checkList(owner, name, values, element);
  checkSameLength(owner, lists);
}

/** A number, which may be NaN. */
export const anyNumber: Kind = kind.required({
  expected: 'a number',
  fits: (value) => typeof value === 'number',
});

/** A string, which may be empty. */
export const anyText: Kind = kind.required({
  expected: 'a string',
  fits: (value) => typeof value === 'string',
});

/** An array of strings, which may be empty. */
export const texts: Kind = kind.required(kind.listOf(anyText, 'an array of strings'));
