import { checkOptions, kind } from '@unroll/backend/checks';
import { checkLists, checkSameLength, texts } from '../../checks.ts';
import { CountsByClass } from '../classification/class-counts.ts';
import { averageKinds } from '../classification/class-figure.ts';
import {
  type Average,
  type ClassReport,
  classReport,
  figureOf,
  type ZeroDivision,
} from '../classification/class-report.ts';
import type { Metric } from '../metric.ts';
import { lenientSpans } from './lenient-spans.ts';
import { schemes, strictSpans, type TaggingScheme } from './strict-spans.ts';
import { parseTags, type Span, type TagStyle } from './tag.ts';

export interface SpanF1Options {
  /**
   * The scheme of well-formed spans, seqeval's strict mode; other spans do not count. Default: no scheme, as conlleval,
   * seqeval's default mode. It accepts IOB1, IOB2, IOE1, IOE2 and IOBES, and forms spans of badly ordered tags too.
   */
  scheme?: TaggingScheme | undefined;
  /** Whether types come first: `PER-B`. Default false. */
  suffix?: boolean | undefined;
  /**
   * `'micro'` counts all types together, `'macro'` is the mean over the types, `'weighted'` their mean weighted by
   * support, and `'none'` gives each type's figure. Default `'micro'`.
   */
  average?: Average | undefined;
  /** The value of a figure whose denominator is 0: 0, 1, or NaN, which averages leave out. Default 0. */
  zeroDivision?: ZeroDivision | undefined;
}

const kinds = { scheme: kind.keyOf(schemes), suffix: kind.flag, ...averageKinds };

type Tags = readonly (readonly string[])[];

/**
 * F1 of spans, as seqeval's `f1_score`: for named entities and chunks. A span is correct when type, start and end are.
 *
 * @example
 * const f1 = new SpanF1();
 * f1.update([['B-PER', 'I-PER', 'O']], [['B-PER', 'I-PER', 'O']]);
 * f1.compute(); // 1
 * f1.report().perClass.PER.support; // 1
 */
export class SpanF1 implements Metric<[predictions: Tags, targets: Tags]> {
  readonly higherIsBetter = true;
  readonly #options: SpanF1Options;
  readonly #style: TagStyle;
  #counts = new CountsByClass<string>();
  #empty = true;

  constructor(options: SpanF1Options = {}) {
    this.#options = checkOptions('SpanF1', options, kinds);
    const { scheme, suffix = false } = this.#options;
    this.#style = { prefixes: scheme ? schemes[scheme].prefixes : 'OBIES', suffix };
  }

  /**
   * @param predictions the tags of each sentence: `[['B-PER', 'O']]`
   * @param targets the correct tags
   * @throws when the lengths differ, or a tag is not one of the scheme
   */
  update(predictions: Tags, targets: Tags): void {
    const owner = 'SpanF1.update';
    checkLists(owner, { predictions, targets }, texts);
    predictions.forEach((tags, i) => {
      checkSameLength(owner, { [`predictions[${i}]`]: tags, [`targets[${i}]`]: targets[i]! });
    });
    const predicted = predictions.map((tags, i) => this.#spans(`predictions[${i}]`, tags));
    const actual = targets.map((tags, i) => this.#spans(`targets[${i}]`, tags));
    actual.forEach((spans, i) => {
      this.#count(predicted[i]!, spans);
    });
  }

  /** The average, or with `'none'` each type's F1 under its name; NaN before any update. */
  compute(): number | Readonly<Record<string, number>> {
    const { average = 'micro' } = this.#options;
    if (this.#empty && average !== 'none') return Number.NaN;
    return figureOf(this.report(), average, 'f1');
  }

  /** Precision, recall, F1 and support of each type, and all averages. */
  report(): ClassReport {
    const types = this.#counts.entries().sort(([a], [b]) => (a < b ? -1 : 1));
    return classReport(types, this.#options.zeroDivision ?? 0);
  }

  reset(): void {
    this.#counts = new CountsByClass();
    this.#empty = true;
  }

  #spans(name: string, tags: readonly string[]): Span[] {
    const parsed = parseTags('SpanF1.update', name, tags, this.#style);
    const { scheme } = this.#options;
    return scheme ? strictSpans(parsed, scheme) : lenientSpans(parsed);
  }

  #count(predicted: readonly Span[], actual: readonly Span[]): void {
    this.#empty = false;
    const key = ({ type, start, end }: Span) => `${start} ${end} ${type}`;
    const right = new Set(actual.map(key));
    for (const span of actual) this.#counts.of(span.type).actual++;
    for (const span of predicted) {
      const counts = this.#counts.of(span.type);
      counts.predicted++;
      if (right.has(key(span))) counts.right++;
    }
  }
}
