import type { kind } from '@unroll/backend/checks';
import type { Encoder } from '@unroll/seq2seq';
import { moduleWith } from '@unroll/seq2seq/checks';

export const encoderKind: kind.Kind = moduleWith('an Encoder, such as a RecurrentEncoder', (value) => {
  const { outputSize, stateSizes } = value as unknown as Partial<Encoder>;
  return Number.isInteger(outputSize) && Array.isArray(stateSizes?.features);
});
