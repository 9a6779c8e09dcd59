import { createHash } from 'node:crypto';

/** Whether tests run all of their cases, as those of `pnpm long` do. */
export const inFull = process.env.UNROLL_ALL_CASES === '1';

/**
 * The cases of a test's short form: one in `parts`, by a hash of the names, because cases that are listed in loops would
 * have a pattern; and the first case of each value that `valuesOf` gives, so that none goes untested. In full: all cases.
 */
export function sampleOf<T>(
  cases: readonly T[],
  nameOf: (value: T) => string,
  parts: number,
  valuesOf: (value: T) => readonly string[] = () => [],
): readonly T[] {
  if (inFull) return cases;
  const seen = new Set<string>();
  return cases.filter((value) => {
    const before = seen.size;
    for (const each of valuesOf(value)) seen.add(each);
    const hash = createHash('sha256').update(nameOf(value)).digest().readUInt32LE();
    return seen.size > before || hash % parts === 0;
  });
}
