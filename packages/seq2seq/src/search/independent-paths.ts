import { type Hypothesis, hypothesisOf } from './hypothesis.ts';
import { NBest } from './n-best.ts';
import type { Path } from './path.ts';
import type { ScoredRow, SourceSearch } from './source-search.ts';
import type { ScoredTokens } from './step-rows.ts';

/** Chooses the next token among candidates. Returns its index. */
export type ChooseToken = (candidates: ScoredTokens) => number;

/** Paths of a source that do not compete, one token a step: for greedy search and sampling. */
export class IndependentPaths implements SourceSearch {
  readonly #endToken: number;
  readonly #withAttention: boolean;
  readonly #ended: NBest;
  #open: readonly { readonly path: Path; readonly choose: ChooseToken }[];

  /** @param choosers one for each path */
  constructor(
    root: Path,
    choosers: readonly ChooseToken[],
    { endToken, attention = false }: { endToken: number; attention?: boolean | undefined },
  ) {
    this.#open = choosers.map((choose) => ({ path: root, choose }));
    this.#endToken = endToken;
    this.#withAttention = attention;
    this.#ended = new NBest(choosers.length);
  }

  get paths(): readonly Path[] {
    return this.#open.map(({ path }) => path);
  }

  advance(rows: readonly ScoredRow[]): void {
    const extended = this.#open.map(({ path, choose }, place) => {
      // In the first step all paths are the root, which is scored in one row.
      const { row, attention, ...candidates } = rows[place] ?? rows[0]!;
      const chosen = choose(candidates);
      const token = candidates.tokens[chosen]!;
      const logProb = candidates.logProbs[chosen]!;
      return { path: path.extend({ token, logProb, row, attention }), choose };
    });
    const isEnded = ({ path }: { path: Path }) => path.last.token === this.#endToken;
    for (const { path } of extended.filter(isEnded)) this.#ended.add({ path, score: path.logProb });
    this.#open = extended.filter((open) => !isEnded(open));
  }

  contenders(): readonly [Path, ...Path[]] {
    const [best] = this.#ended.best;
    const paths = best ? [...this.paths, best.path] : this.paths;
    return paths as readonly [Path, ...Path[]];
  }

  hypotheses(): Hypothesis[] {
    return this.#ended.best.map(({ path, score }) => hypothesisOf(path, score, this.#withAttention));
  }
}
