import type { Hypothesis } from './hypothesis.ts';
import type { Path } from './path.ts';
import type { ScoredTokens } from './step-rows.ts';

/**
 * What a step says of the tokens that may follow a path: as many as the search asked for where there are, at least one; or the one
 * that is forced. The most probable come first, or all in their own order where all were asked for.
 */
export interface ScoredRow extends ScoredTokens {
  readonly path: Path;
  /** Its place among its source's rows */
  readonly row: number;
  /** Over the source's steps, where the search asked for it */
  readonly attention?: Float32Array | undefined;
}

/** The search for one source. It knows nothing of others, so that its result is the same in every batch. */
export interface SourceSearch {
  /** What goes on, each scored in the row of its place; the search is finished when nothing does. */
  readonly paths: readonly Path[];
  /** Takes the scores of `paths`; of the first step, in which all paths are the root, those of one row. */
  advance(rows: readonly ScoredRow[]): void;
  /** All paths that can still become the best: ended ones, and those that go on. There is at least one. */
  contenders(): readonly [Path, ...Path[]];
  /** What ended, the best first */
  hypotheses(): Hypothesis[];
}
