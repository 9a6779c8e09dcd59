import type { kind } from '@unroll/backend/checks';

// What values of several functions here have to be, beside the kinds of @unroll/backend/checks.

/** It may be empty, which `kind.text` may not. */
export const anyText: kind.Kind = { expected: 'a string', fits: (value) => typeof value === 'string' };

export const bytes: kind.Kind = { expected: 'a Uint8Array', fits: (value) => value instanceof Uint8Array };

/** Sound of one channel */
export const samples: kind.Kind = {
  expected: "a Float32Array, one channel's samples",
  fits: (value) => value instanceof Float32Array,
};
