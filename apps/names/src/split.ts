import { Philox } from '@unroll/backend/operations';

/** The same elements in an order that the seed decides: Fisher and Yates' shuffle. */
export function shuffle<T>(items: readonly T[], random: Philox): T[] {
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = Math.floor(random.uniform() * (last + 1));
    [shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!];
  }
  return shuffled;
}

export interface Split<T> {
  readonly train: readonly T[];
  readonly heldOut: readonly T[];
}

/** @param fraction of the items that are held out, in (0, 1) */
export function split<T>(items: readonly T[], fraction: number, seed: number): Split<T> {
  const shuffled = shuffle(items, new Philox(seed));
  const count = Math.round(items.length * fraction);
  return { heldOut: shuffled.slice(0, count), train: shuffled.slice(count) };
}
