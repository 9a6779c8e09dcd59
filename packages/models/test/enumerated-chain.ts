import * as fc from 'fast-check';

/** A small chain as numbers, with −∞ among them. */
export interface SmallChain {
  readonly tags: number;
  /** `[N][L][K]` */
  readonly scores: readonly (readonly (readonly number[])[])[];
  readonly lengths: readonly number[];
  readonly transitions: readonly (readonly number[])[];
  readonly start: readonly number[];
  readonly end: readonly number[];
}

const finite = fc.integer({ min: -12, max: 12 }).map((x) => x / 4);
/** Rarely −∞ */
const score = fc.oneof({ weight: 9, arbitrary: finite }, { weight: 1, arbitrary: fc.constant(-Infinity) });
const list = <T>(value: fc.Arbitrary<T>, length: number) =>
  fc.array(value, { minLength: length, maxLength: length });

export const smallChains: fc.Arbitrary<SmallChain> = fc
  .record({
    rows: fc.integer({ min: 1, max: 3 }),
    steps: fc.integer({ min: 1, max: 4 }),
    tags: fc.integer({ min: 1, max: 3 }),
  })
  .chain(({ rows, steps, tags }) =>
    fc.record({
      tags: fc.constant(tags),
      scores: list(list(list(score, tags), steps), rows),
      lengths: list(fc.integer({ min: 1, max: steps }), rows),
      transitions: list(list(score, tags), tags),
      start: list(score, tags),
      end: list(score, tags),
    }),
  );

export interface ScoredPath {
  readonly path: readonly number[];
  readonly score: number;
}

/** All paths of a row, in the order of their tags, and their scores. */
export function pathsOf(chain: SmallChain, row: number): ScoredPath[] {
  const { tags, scores, lengths, transitions, start, end } = chain;
  const length = lengths[row]!;
  return Array.from({ length: tags ** length }, (_, code) => {
    const path = Array.from({ length }, (_, step) => Math.floor(code / tags ** (length - 1 - step)) % tags);
    const emitted = path.reduce((sum, tag, step) => sum + scores[row]![step]![tag]!, 0);
    const moved = path.slice(1).reduce((sum, tag, step) => sum + transitions[path[step]!]![tag]!, 0);
    return { path, score: start[path[0]!]! + emitted + moved + end[path.at(-1)!]! };
  });
}

export function logSumOf(paths: readonly ScoredPath[]): number {
  const best = Math.max(...paths.map(({ score }) => score));
  if (best === -Infinity) return best;
  return best + Math.log(paths.reduce((sum, { score }) => sum + Math.exp(score - best), 0));
}
