import { faultOf, type kind } from '@unroll/backend/checks';
import { CheckpointError } from '@unroll/backend/errors';

/** Throws where the saved value is missing or not of the expected kind. */
export function checkSaved(owner: string, name: string, value: unknown, expected: kind.Kind): void {
  const fault = faultOf(value, expected);
  if (fault) throw new CheckpointError(`${owner}: ${name} ${fault}`, { argument: name });
}
