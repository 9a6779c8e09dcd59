import { faultOf, kind, type OptionKinds } from '@unroll/backend/checks';
import { CheckpointError } from '@unroll/backend/errors';

/**
 * Checks the fields of a saved state.
 *
 * @throws CheckpointError when the state is not an object, or a field is invalid
 */
export function savedFields<Fields extends object>(
  owner: string,
  state: unknown,
  kinds: OptionKinds<Fields>,
): Fields {
  if (!kind.record.fits(state))
    throw new CheckpointError(`${owner}: the state ${faultOf(state, kind.record)}`);
  const fields = state as Readonly<Record<string, unknown>>;
  for (const [name, expected] of Object.entries<kind.Kind>(kinds)) {
    const fault = faultOf(Object.hasOwn(fields, name) ? fields[name] : undefined, expected);
    if (fault) throw new CheckpointError(`${owner}: ${name} of the state ${fault}`);
  }
  return state as Fields;
}
