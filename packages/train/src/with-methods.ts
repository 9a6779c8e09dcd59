import type { kind } from '@unroll/backend/checks';

/** The kind of an object of any class that has methods of these names. */
export const withMethods = (expected: string, ...methods: readonly string[]): kind.Kind => ({
  expected,
  fits: (value) =>
    methods.every((name) => typeof (value as Record<string, unknown> | null)?.[name] === 'function'),
});
