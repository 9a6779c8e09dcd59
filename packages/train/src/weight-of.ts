import { faultOf, type kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';

const weightKind: kind.Kind = {
  expected: 'a finite number of at least 0',
  fits: (value) => Number.isFinite(value) && (value as number) >= 0,
};

/** A batch's weight: the number over which its loss is a mean. */
export function weightOf<Batch>(owner: string, weight: (batch: Batch) => number, batch: Batch): number {
  const value = weight(batch);
  const fault = faultOf(value, weightKind);
  if (fault) throw new ArgumentError(owner, 'weight', undefined, { sentence: `weight of a batch ${fault}` });
  return value;
}
