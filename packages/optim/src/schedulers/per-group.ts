import { ArgumentError } from '@unroll/backend/errors';
import type { Scheduled } from './scheduled.ts';

/**
 * A value for each group, of one for all of them or of one for each.
 *
 * @throws where there are not as many as groups
 */
export function perGroup(
  owner: string,
  name: string,
  value: number | readonly number[],
  { paramGroups }: Scheduled,
): readonly number[] {
  if (typeof value === 'number') return paramGroups.map(() => value);
  if (value.length === paramGroups.length) return [...value];
  throw new ArgumentError(
    owner,
    name,
    `has ${value.length} values; the optimizer has ${paramGroups.length} groups`,
  );
}

/** Throws where momentum is to be cycled and a group has none. */
export function checkHasMomentum(owner: string, { paramGroups }: Scheduled): void {
  if (paramGroups.every(({ momentum, betas }) => momentum !== undefined || betas !== undefined)) return;
  throw new ArgumentError(owner, 'cycleMomentum', 'is set, but the optimizer has neither momentum nor betas');
}
