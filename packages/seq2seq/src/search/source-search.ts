import type { Hypothesis } from './hypothesis.ts';
import type { Path } from './path.ts';
import type { ScoredTokens } from './step-rows.ts';

/**
 * A step's scores of the tokens that may follow a path: the requested number of tokens, or fewer when fewer may follow,
 * but at least one; or the one forced token. They are sorted by probability, or in token order when all tokens were
 * requested.
 */
export interface ScoredRow extends ScoredTokens {
  readonly path: Path;
  /** The row's index among the rows of its source */
  readonly row: number;
  /** Attention to the source's steps, when the search requested it */
  readonly attention?: Float32Array | undefined;
}

/** The search for one source. It does not know other sources, so its result is the same in every batch. */
export interface SourceSearch {
  /** The open paths. Each is scored in the row of its index. The search is finished when there are none. */
  readonly paths: readonly Path[];
  /** Takes the scores of `paths`. In the first step, where all paths are the root, these are the scores of one row. */
  advance(rows: readonly ScoredRow[]): void;
  /** All paths that can still become the best, ended or open. There is at least one. */
  contenders(): readonly [Path, ...Path[]];
  /** The hypotheses that ended, the best first */
  hypotheses(): Hypothesis[];
}
