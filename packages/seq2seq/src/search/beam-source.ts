import { type Hypothesis, hypothesisOf } from './hypothesis.ts';
import { NBest } from './n-best.ts';
import type { Path } from './path.ts';
import type { Ranking } from './penalties.ts';
import type { ScoredRow, SourceSearch } from './source-search.ts';

export interface BeamRules {
  readonly beamSize: number;
  readonly nBest: number;
  readonly ranking: Ranking;
  readonly earlyStopping: boolean;
  readonly endToken: number;
  readonly withAttention: boolean;
}

/** A token that may follow a row's path. */
interface Candidate {
  readonly from: ScoredRow;
  readonly token: number;
  readonly logProb: number;
  /** Log-probability of the path with this token */
  readonly total: number;
}

/** The beam search for one source. */
export class BeamSource implements SourceSearch {
  paths: readonly Path[];
  readonly #rules: BeamRules;
  readonly #mostScored: number;
  readonly #ended: NBest;

  /**
   * @param mostScored the greatest number of tokens that a path can have scored when it ends, the end token included
   */
  constructor(root: Path, mostScored: number, rules: BeamRules) {
    this.paths = [root];
    this.#mostScored = mostScored;
    this.#rules = rules;
    this.#ended = new NBest(rules.nBest);
  }

  advance(rows: readonly ScoredRow[]): void {
    const { beamSize, endToken, ranking } = this.#rules;
    const open: Path[] = [];
    for (const [place, { from, token, logProb }] of rows.flatMap(candidatesOf).sort(byRank).entries()) {
      if (token !== endToken) {
        if (open.length < beamSize) open.push(extended(from, token, logProb));
      } else if (place < beamSize) {
        const path = extended(from, token, logProb);
        this.#ended.add({ path, score: ranking.score(path) });
      }
    }
    this.paths = this.#isFinishedWith(open) ? [] : open;
  }

  contenders(): readonly [Path, ...Path[]] {
    const [best] = this.#ended.best;
    if (!best) return this.paths as readonly [Path, ...Path[]];
    return [best.path, ...this.paths.filter((path) => this.#bound(path) > best.score)];
  }

  hypotheses(): Hypothesis[] {
    return this.#ended.best.map(({ path, score }) => hypothesisOf(path, score, this.#rules.withAttention));
  }

  #isFinishedWith(open: readonly Path[]): boolean {
    const { earlyStopping, beamSize } = this.#rules;
    if (earlyStopping && this.#ended.count >= beamSize) return true;
    const { threshold } = this.#ended;
    return threshold !== undefined && open.every((path) => this.#bound(path) <= threshold);
  }

  #bound(path: Path): number {
    return this.#rules.ranking.bound(path, this.#mostScored);
  }
}

const extended = ({ path, row, attention }: ScoredRow, token: number, logProb: number): Path =>
  path.extend({ token, logProb, row, attention });

const candidatesOf = (from: ScoredRow): Candidate[] =>
  Array.from(from.tokens, (token, i) => {
    const logProb = from.logProbs[i]!;
    return { from, token, logProb, total: from.path.logProb + logProb };
  });

/** Sorts by falling probability. Ties go to the lower row, then to the lower token. */
function byRank(a: Candidate, b: Candidate): number {
  if (a.total !== b.total) return a.total > b.total ? -1 : 1;
  return a.from.row - b.from.row || a.token - b.token;
}
