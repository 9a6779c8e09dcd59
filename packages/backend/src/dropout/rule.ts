/** Which elements dropout keeps, and by what it multiplies them. */
export interface DropoutRule {
  /** An element is kept if its random word of 32 bits is at least this. */
  readonly threshold: number;
  /** The factor of the kept elements. That of the others is 0. */
  readonly scale: number;
}

/**
 * The rule of dropout with probability `p`: `⌊p · 2³²⌋` and `1/(1 − p)`. With `p = 1` it keeps each element, and multiplies
 * it by 0, because no threshold of 32 bits drops all words.
 */
export const dropoutRule = (p: number): DropoutRule =>
  p === 1 ? { threshold: 0, scale: 0 } : { threshold: Math.floor(p * 2 ** 32), scale: 1 / (1 - p) };
