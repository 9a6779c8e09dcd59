import { kind } from '@unroll/backend/checks';

/**
 * An object of values by name, as a manifest holds it. `__proto__` is no name: a program that assigns by it sets no field.
 *
 * @param expected what the values are: `numbers`
 */
export const recordOf = (expected: string, fits: (value: unknown, name: string) => boolean): kind.Kind => ({
  expected: `an object of ${expected}, none by the name '__proto__'`,
  fits: (value) =>
    kind.record.fits(value) &&
    Object.entries(value as object).every(([name, field]) => name !== '__proto__' && fits(field, name)),
});
