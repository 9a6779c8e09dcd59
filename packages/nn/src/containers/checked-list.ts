import { checkValue, kind } from '@unroll/backend/checks';

/** The values of an iterable as a list. All are checked before any is used. */
export function checkedList<T>(
  owner: string,
  name: string,
  values: Iterable<T>,
  check: (value: T) => void,
): T[] {
  checkValue(owner, name, values, iterable);
  const list = [...values];
  for (const value of list) check(value);
  return list;
}

const iterable: kind.Kind = kind.required({
  expected: 'an array, or another iterable',
  fits: (value) => typeof value === 'object' && value !== null && Symbol.iterator in value,
});
