import type { kind } from '@unroll/backend/checks';

// Kinds for several functions of this package, beside the kinds of @unroll/backend/checks.

/** A string that may be empty, unlike `kind.text`. */
export const anyText: kind.Kind = { expected: 'a string', fits: (value) => typeof value === 'string' };

export const bytes: kind.Kind = { expected: 'a Uint8Array', fits: (value) => value instanceof Uint8Array };

/** The samples of one channel */
export const samples: kind.Kind = {
  expected: "a Float32Array, one channel's samples",
  fits: (value) => value instanceof Float32Array,
};
