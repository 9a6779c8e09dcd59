import { createHash } from 'node:crypto';

/** Whether tests run all of their cases, as those of `pnpm long` do. */
export const inFull = process.env.UNROLL_ALL_CASES === '1';

/**
 * The cases of a test's short form: one in `parts`, by a hash of the names, because cases that are listed in loops would
 * have a pattern. Tests that run different parts run every case together. In full: all cases.
 *
 * @param part 0…parts−1
 */
export function partOf<T>(
  cases: readonly T[],
  nameOf: (value: T) => string,
  { parts, part = 0 }: { parts: number; part?: number },
): readonly T[] {
  if (inFull) return cases;
  return cases.filter(
    (value) => createHash('sha256').update(nameOf(value)).digest().readUInt32LE() % parts === part,
  );
}
