import { faultOf, kind, shown } from '@unroll/backend/checks';
import { CheckpointError } from '@unroll/backend/errors';
import type { Json } from '../json.ts';

type Kind = Parameters<typeof faultOf>[1];

/**
 * The fields of a saved state.
 *
 * @param owner what the state is to be of, as an error names it
 * @throws CheckpointError where a field is missing or of another kind
 */
export function fieldsOf<Name extends string>(
  owner: string,
  state: Json,
  kinds: Readonly<Record<Name, Kind>>,
): Readonly<Record<Name, Json>> {
  if (typeof state === 'string' && state.startsWith('{')) {
    throw new CheckpointError(`${owner}: the state is a text; expected what JSON.parse makes of it`);
  }
  if (!kind.record.fits(state)) {
    throw new CheckpointError(`${owner}: the state is ${shown(state)}; expected one that it saved`);
  }
  const fields = state as Readonly<Record<Name, Json>>;
  for (const name of Object.keys(kinds) as Name[]) {
    const fault = faultOf(fields[name], kinds[name]);
    if (fault)
      throw new CheckpointError(`${owner}: ${name} of the state ${fault}; it was saved by something else`);
  }
  return fields;
}
