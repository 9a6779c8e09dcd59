/** How often each element occurs in a list. */
export function occurrences(list: readonly string[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const each of list) times.set(each, (times.get(each) ?? 0) + 1);
  return times;
}

/** All runs of n adjacent elements, as texts. */
export const runsOf = (list: readonly string[], n: number): string[] =>
  list.flatMap((_, i) => (i + n <= list.length ? [JSON.stringify(list.slice(i, i + n))] : []));
