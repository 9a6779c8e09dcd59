import { checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';

export interface LengthOptions {
  /** Number of steps of each source; by default all steps of the tensor */
  lengths?: readonly number[] | undefined;
}

export const lengthsKind = kind.listOf(kind.whole(1));

/** Throws unless there is one length in 1…`steps` for each of the sources, or there are no lengths. */
export function checkLengths(
  operation: string,
  lengths: readonly number[] | undefined,
  rows: number,
  steps: number,
): void {
  checkValue(operation, 'lengths', lengths, kind.listOf(kind.whole(1, steps)));
  const { length = rows } = lengths ?? {};
  if (length === rows) return;
  const fault = `has ${length} numbers; expected one for each of the ${rows} sources`;
  throw new ArgumentError(operation, 'lengths', fault);
}
