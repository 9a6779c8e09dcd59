/**
 * The replacement for a precision of 0, after Chen and Cherry, "A Systematic Comparison of Smoothing Techniques for
 * Sentence-Level BLEU".
 */
export type BleuSmoothing = 'none' | 'floor' | 'add-k' | 'exp';

/** The default value of each smoothing that has one. */
export const smoothingValues: Readonly<Record<BleuSmoothing, number | undefined>> = {
  none: undefined,
  floor: 0.1,
  'add-k': 1,
  exp: undefined,
};

/** Counts over a corpus. */
export interface BleuCounts {
  /** By order: n-grams that also occur in a reference */
  readonly counts: number[];
  /** By order: n-grams of the hypotheses */
  readonly totals: number[];
  /** Number of tokens of the hypotheses */
  sysLen: number;
  /** Number of tokens of the references; of several references the one with the nearest length counts */
  refLen: number;
}

export interface BleuFigures {
  /** In 0…100 */
  readonly score: number;
  /** By order, in 0…100, smoothed */
  readonly precisions: readonly number[];
  /** The brevity penalty: e^(1 − refLen/sysLen) when the hypotheses are shorter than the references, otherwise 1 */
  readonly bp: number;
}

export interface BleuFormula {
  readonly smoothing: BleuSmoothing;
  readonly smoothingValue: number;
  readonly effectiveOrder: boolean;
}

/** BLEU = bp · e^(mean of ln pₙ). */
export function bleuScore(counted: Readonly<BleuCounts>, formula: BleuFormula): BleuFigures {
  const { counts, totals, sysLen, refLen } = counted;
  const bp = brevityPenalty(sysLen, refLen);
  if (counts.every((count) => count === 0)) return { score: 0, precisions: counts.map(() => 0), bp };
  const precisions = smoothed(counts, totals, formula);
  const used = formula.effectiveOrder
    ? precisions.filter((precision) => precision !== undefined)
    : precisions;
  const meanLog = used.reduce<number>((sum, precision) => sum + Math.log(precision ?? 0), 0) / used.length;
  return { score: bp * Math.exp(meanLog), precisions: precisions.map((precision) => precision ?? 0), bp };
}

function brevityPenalty(sysLen: number, refLen: number): number {
  if (sysLen >= refLen) return 1;
  return sysLen > 0 ? Math.exp(1 - refLen / sysLen) : 0;
}

/** The precisions; undefined for orders that are longer than all hypotheses. */
function smoothed(
  counts: readonly number[],
  totals: readonly number[],
  { smoothing, smoothingValue }: BleuFormula,
): (number | undefined)[] {
  let zeros = 0;
  return counts.map((count, i) => {
    const added = smoothing === 'add-k' && i > 0 ? smoothingValue : 0;
    const total = totals[i]! + added;
    if (total === 0) return undefined;
    const precision = (100 * (count + added)) / total;
    if (precision > 0) return precision;
    if (smoothing === 'exp') return 100 / (2 ** ++zeros * total);
    return smoothing === 'floor' ? (100 * smoothingValue) / total : 0;
  });
}
