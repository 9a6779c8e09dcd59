import { type kind, shown } from '@unroll/backend/checks';
import { CheckpointError } from '@unroll/backend/errors';
import type { Json } from '../json.ts';
import { faultyField, isRecord } from '../json-fields.ts';

/**
 * The fields of a saved state.
 *
 * @param owner names the owner of the state in errors
 * @throws CheckpointError when a field is missing or of another kind
 */
export function fieldsOf<Name extends string>(
  owner: string,
  state: Json,
  kinds: Readonly<Record<Name, kind.Kind>>,
): Readonly<Record<Name, Json>> {
  if (typeof state === 'string' && state.startsWith('{')) {
    throw new CheckpointError(`${owner}: the state is a text; expected what JSON.parse makes of it`);
  }
  if (!isRecord(state)) {
    throw new CheckpointError(`${owner}: the state is ${shown(state)}; expected one that it saved`);
  }
  const faulty = faultyField(state, kinds);
  if (faulty) {
    throw new CheckpointError(
      `${owner}: ${faulty.name} of the state ${faulty.fault}; it was saved by something else`,
    );
  }
  return state as Readonly<Record<Name, Json>>;
}
