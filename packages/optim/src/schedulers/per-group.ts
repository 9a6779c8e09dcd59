import { ArgumentError } from '@unroll/backend/errors';
import type { Scheduled } from './scheduled.ts';

/**
 * One value per group, from one value for all groups or a list with one for each.
 *
 * @throws where the list has another number of values than there are groups
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

/** Throws where a group has no momentum that could be cycled. */
export function checkHasMomentum(owner: string, { paramGroups }: Scheduled): void {
  if (paramGroups.every(({ momentum, betas }) => momentum !== undefined || betas !== undefined)) return;
  throw new ArgumentError(owner, 'cycleMomentum', 'is set, but the optimizer has neither momentum nor betas');
}
