import type { BeamSearchOptions } from '../src/search/beam.ts';
import type { TableScorer, TableState } from './table-scorer.ts';

/** A complete hypothesis with all its scores. */
export interface Found {
  readonly tokens: readonly number[];
  readonly logProb: number;
  readonly score: number;
}

interface Open {
  readonly tokens: readonly number[];
  readonly logProb: number;
  readonly coverage: readonly number[];
  readonly state: TableState;
}

interface Scored extends Open {
  readonly token: number;
}

/** The penalty formulas, written independently of the source. */
const divisors = {
  none: () => 1,
  avg: (length: number, alpha: number) => length ** alpha,
  wu: (length: number, alpha: number) => ((5 + length) / 6) ** alpha,
};
const penalties = {
  none: () => 0,
  wu: (coverage: readonly number[]) => -coverage.map((c) => Math.log(Math.min(c, 1))).reduce((a, b) => a + b),
  summary: (coverage: readonly number[]) =>
    coverage.map((c) => Math.max(c, 1)).reduce((a, b) => a + b) - coverage.length,
};

function scoreOf(
  { logProb, length, coverage }: { logProb: number; length: number; coverage: readonly number[] },
  { lengthPenalty, coveragePenalty }: Pick<BeamSearchOptions, 'lengthPenalty' | 'coveragePenalty'>,
): number {
  const { name = 'none', alpha = 1 } = lengthPenalty ?? {};
  const { name: coverageName = 'none', beta = 1 } = coveragePenalty ?? {};
  return logProb / divisors[name](length, alpha) - beta * penalties[coverageName](coverage);
}

/**
 * Beam search of a scorer's only source in its plainest form: it has no batch and no bounds, and it ends only when
 * every hypothesis has ended. With a beam that prunes nothing it is exhaustive search.
 */
export async function referenceSearch(scorer: TableScorer, options: BeamSearchOptions): Promise<Found[]> {
  const { startToken, endToken, beamSize, maxLength = 100 } = options;
  const found: Found[] = [];
  const steps = scorer.sourceLengths[0]!;
  let open: Open[] = [
    { tokens: [], logProb: 0, coverage: Array<number>(steps).fill(0), state: scorer.start() },
  ];
  while (open.length > 0) {
    const scored: Scored[] = [];
    for (const { tokens, logProb, coverage, state: before } of open) {
      const { logProbs, attention, state } = await scorer.step({
        state: before,
        sources: Int32Array.of(0),
        parents: Int32Array.of(0),
        tokens: Int32Array.of(tokens.at(-1) ?? startToken),
        top: 'all',
        attention: true,
      });
      const covered = coverage.map((sum, step) => sum + attention![step]!);
      logProbs.forEach((next, token) => {
        if (tokens.length >= maxLength && token !== endToken) return;
        scored.push({ tokens, token, logProb: logProb + next, coverage: covered, state });
      });
    }
    // The sort is stable: ties keep the lower row first, then the lower token.
    scored.sort((a, b) => b.logProb - a.logProb);
    for (const { tokens, token, logProb, coverage } of scored.slice(0, beamSize)) {
      if (token !== endToken) continue;
      found.push({
        tokens,
        logProb,
        score: scoreOf({ logProb, length: tokens.length + 1, coverage }, options),
      });
    }
    open = scored
      .filter(({ token }) => token !== endToken)
      .slice(0, beamSize)
      .map(({ tokens, token, ...rest }) => ({ ...rest, tokens: [...tokens, token] }));
  }
  return found.sort((a, b) => b.score - a.score);
}
