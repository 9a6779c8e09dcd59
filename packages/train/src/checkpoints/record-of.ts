import { kind } from '@unroll/backend/checks';

/**
 * The kind of an object of values by name, as in a manifest. `__proto__` is not allowed as a name: assigning to it
 * would not set a field.
 *
 * @param expected names the values in errors: `numbers`
 */
export const recordOf = (expected: string, fits: (value: unknown, name: string) => boolean): kind.Kind => ({
  expected: `an object of ${expected}, none by the name '__proto__'`,
  fits: (value) =>
    kind.record.fits(value) &&
    Object.entries(value as object).every(([name, field]) => name !== '__proto__' && fits(field, name)),
});
