import { readFileSync } from 'node:fs';
import type { BleuOptions, BleuResult, ChrfOptions, ErrorRateResult, SpanF1Options } from '../src/metrics.ts';

type Averages = Readonly<
  Record<'micro' | 'macro' | 'weighted', Readonly<Record<'precision' | 'recall' | 'f1', number | null>>>
>;

interface Translations {
  readonly hypotheses: readonly string[];
  readonly references: readonly (readonly string[])[];
  /** The published figure; null for a drawn example */
  readonly published: number | null;
  readonly signature: string;
}

interface Utterances {
  readonly hypotheses: readonly string[];
  readonly references: readonly string[];
  /** The published figures; empty for a drawn example */
  readonly published: Readonly<Record<string, number>>;
  readonly expected: Partial<ErrorRateResult>;
}

interface MetricFixtures {
  readonly bleu: readonly (Translations & {
    readonly options: BleuOptions;
    readonly expected: Partial<BleuResult>;
  })[];
  readonly chrf: readonly (Translations & {
    readonly options: ChrfOptions;
    readonly score: number;
    readonly name: string;
  })[];
  readonly words: readonly Utterances[];
  readonly characters: readonly Utterances[];
  readonly spans: readonly {
    readonly predictions: readonly (readonly string[])[];
    readonly targets: readonly (readonly string[])[];
    readonly options: SpanF1Options;
    readonly published: Readonly<Record<string, number>> | null;
    readonly expected: Averages;
  }[];
  readonly classes: readonly {
    readonly predictions: readonly number[];
    readonly targets: readonly number[];
    /** null is NaN, here and in `expected` */
    readonly zeroDivision: 0 | 1 | null;
    readonly classes: readonly number[] | null;
    readonly expected: Averages;
  }[];
}

/** The fixtures that python/write_metric_fixtures.py wrote. */
export const metricFixtures: MetricFixtures = JSON.parse(
  readFileSync(new URL('../fixtures/metrics.json', import.meta.url), 'utf8'),
);

/** Checks that figures are equal to 1e-6; null stands for NaN. */
export function expectFigures(
  actual: Readonly<Record<string, unknown>>,
  expected: Readonly<Record<string, unknown>>,
): void {
  for (const [name, value] of Object.entries(expected)) {
    const figures = [actual[name], value ?? Number.NaN].map((each) => [each].flat().map(Number));
    const [ours, theirs] = figures as [number[], number[]];
    const far = ours.findIndex(
      (figure, i) => !(Math.abs(figure - theirs[i]!) <= 1e-6 || bothNaN(figure, theirs[i]!)),
    );
    if (far !== -1 || ours.length !== theirs.length) {
      throw new Error(`${name} is ${ours}; expected ${theirs}`);
    }
  }
}

const bothNaN = (a: number, b: number): boolean => Number.isNaN(a) && Number.isNaN(b);
