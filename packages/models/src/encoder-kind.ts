import type { kind } from '@unroll/backend/checks';
import { Module } from '@unroll/nn';
import type { Encoder } from '@unroll/seq2seq';

export const encoderKind: kind.Kind = {
  expected: 'an Encoder, such as a RecurrentEncoder',
  fits: (value) => {
    const { outputSize, stateSizes } = (value ?? {}) as Partial<Encoder>;
    return value instanceof Module && Number.isInteger(outputSize) && Array.isArray(stateSizes?.features);
  },
};
