/** Random numbers from a seed, by Mulberry32. */
export function randomFrom(seed: number) {
  let state = seed;
  /** In [0, 1) */
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  /** A whole number in 0…size − 1 */
  const below = (size: number): number => Math.floor(uniform() * size);
  return { uniform, below, one: <T>(of: readonly T[]): T => of[below(of.length)]! };
}
