import type { ClassCounts } from './class-counts.ts';

/** How the figures of several classes are combined into one. */
export type Average = 'micro' | 'macro' | 'weighted' | 'none';

/** The value of a figure whose denominator is 0. NaN leaves the class out of averages. */
export type ZeroDivision = 0 | 1 | typeof Number.NaN;

/** A class's figures, or the average over several classes. */
export interface ClassScores {
  /** right / predicted */
  readonly precision: number;
  /** right / actual */
  readonly recall: number;
  /** 2 · right / (predicted + actual): the harmonic mean of precision and recall */
  readonly f1: number;
  /** The number of targets of the class */
  readonly support: number;
}

/** As `classification_report` of scikit-learn and seqeval. */
export interface ClassReport {
  /** By class */
  readonly perClass: Readonly<Record<string, ClassScores>>;
  /** From the sums of all counts */
  readonly micro: ClassScores;
  /** The mean over the classes */
  readonly macro: ClassScores;
  /** The mean over the classes, weighted by support */
  readonly weighted: ClassScores;
}

/** The figures of the counted classes, in the given order. */
export function classReport(
  counts: readonly (readonly [string | number, ClassCounts])[],
  zeroDivision: ZeroDivision,
): ClassReport {
  const perClass = counts.map(([name, count]) => [String(name), scoresOf(count, zeroDivision)] as const);
  const scores = perClass.map(([, score]) => score);
  return {
    perClass: Object.fromEntries(perClass),
    micro: scoresOf(total(counts.map(([, count]) => count)), zeroDivision),
    macro: averageOf(scores, () => 1, Number.NaN),
    weighted: averageOf(scores, ({ support }) => support, zeroDivision),
  };
}

function scoresOf({ right, predicted, actual }: ClassCounts, zeroDivision: ZeroDivision): ClassScores {
  const ratio = (part: number, whole: number) => (whole === 0 ? zeroDivision : part / whole);
  return {
    precision: ratio(right, predicted),
    recall: ratio(right, actual),
    f1: ratio(2 * right, predicted + actual),
    support: actual,
  };
}

function total(counts: readonly ClassCounts[]): ClassCounts {
  const sum = { right: 0, predicted: 0, actual: 0 };
  for (const { right, predicted, actual } of counts) {
    sum.right += right;
    sum.predicted += predicted;
    sum.actual += actual;
  }
  return sum;
}

/** Each figure's weighted mean over the classes that have it. When no class has a weight, all count alike. */
function averageOf(
  scores: readonly ClassScores[],
  weightOf: (score: ClassScores) => number,
  ofNone: number,
): ClassScores {
  const mean = (figure: 'precision' | 'recall' | 'f1') => {
    if (scores.length === 0) return ofNone;
    const known = scores.filter((score) => !Number.isNaN(score[figure]));
    const weights = known.map(weightOf);
    const weightless = weights.every((weight) => weight === 0);
    let [sum, weightSum] = [0, 0];
    known.forEach((score, i) => {
      const weight = weightless ? 1 : weights[i]!;
      sum += weight * score[figure];
      weightSum += weight;
    });
    return sum / weightSum;
  };
  return {
    precision: mean('precision'),
    recall: mean('recall'),
    f1: mean('f1'),
    support: scores.reduce((sum, { support }) => sum + support, 0),
  };
}

/** A figure of a report: one number, or with `'none'` one number for each class. */
export function figureOf(
  report: ClassReport,
  average: Average,
  figure: 'precision' | 'recall' | 'f1',
): number | Readonly<Record<string, number>> {
  if (average !== 'none') return report[average][figure];
  return Object.fromEntries(Object.entries(report.perClass).map(([name, scores]) => [name, scores[figure]]));
}
