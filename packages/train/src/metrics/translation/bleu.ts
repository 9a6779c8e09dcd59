import { checkOptions, kind } from '@unroll/backend/checks';
import type { Metric } from '../metric.ts';
import { asList, checkHypotheses, checkHypothesis, type References } from '../references.ts';
import {
  type BleuCounts,
  type BleuFigures,
  type BleuFormula,
  type BleuSmoothing,
  bleuScore,
  smoothingValues,
} from './bleu-score.ts';
import { type BleuTokenizer, bleuTokenizers } from './bleu-tokenizers.ts';
import { NgramCounts, ngramTotals } from './ngram-counts.ts';
import { withoutTrailingSpaces } from './python-whitespace.ts';
import { ReferenceCount, signature } from './signature.ts';

export interface BleuOptions {
  /**
   * How text is tokenized: `'13a'`, as at WMT; `'intl'`, by Unicode classes; `'zh'`, Chinese characters separately;
   * `'char'`; `'none'`, at white space, for tokenized text. Default `'13a'`. sacreBLEU's `ja-mecab`, `ko-mecab`, `spm`
   * and `flores` are not supported.
   */
  tokenize?: BleuTokenizer | undefined;
  /** Whether to ignore case. Default false. */
  lowercase?: boolean | undefined;
  /**
   * The replacement for precisions of 0. Default `'exp'`: the first counts as ½ match, the second as ¼, and so on.
   * `'floor'`: `smoothValue` matches. `'add-k'`: `smoothValue` more matches and n-grams, from n = 2.
   */
  smoothMethod?: BleuSmoothing | undefined;
  /** Default 0.1 for `'floor'`, 1 for `'add-k'`. */
  smoothValue?: number | undefined;
  /** The greatest n-gram order. Default 4. */
  maxNgramOrder?: number | undefined;
  /** Whether orders that are longer than the hypotheses are left out, which suits single sentences. Default false. */
  effectiveOrder?: boolean | undefined;
}

/** Like sacreBLEU's BLEUScore. */
export interface BleuResult extends BleuFigures {
  /** By order: `counts` are n-grams that also occur in a reference, `totals` are all n-grams */
  readonly counts: readonly number[];
  readonly totals: readonly number[];
  /** Number of tokens of the hypotheses, and of the references with the nearest lengths */
  readonly sysLen: number;
  readonly refLen: number;
  /** The settings of the score: `nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:…` */
  readonly signature: string;
}

const kinds = {
  tokenize: kind.keyOf(bleuTokenizers),
  lowercase: kind.flag,
  smoothMethod: kind.keyOf(smoothingValues),
  smoothValue: kind.atLeast(0),
  maxNgramOrder: kind.whole(1),
  effectiveOrder: kind.flag,
};

/**
 * BLEU of a corpus, 0…100, as sacreBLEU 2.6.0: n-gram precision of translations with a penalty for short ones.
 *
 * @example
 * const metric = new BLEU();
 * metric.update(['The dog bit the man.'], [['The dog had bit the man.', 'The dog bit the man.']]);
 * metric.compute().toFixed(2); // '100.00'
 * metric.result().signature; // 'nrefs:2|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0-unroll'
 *
 * @see https://aclanthology.org/W18-6319
 */
export class BLEU implements Metric<[hypotheses: readonly string[], references: readonly References[]]> {
  readonly higherIsBetter = true;
  readonly #tokenizer: BleuTokenizer;
  readonly #lowercase: boolean;
  readonly #order: number;
  readonly #formula: BleuFormula;
  #counted: BleuCounts;
  #references = new ReferenceCount();
  #empty = true;

  constructor(options: BleuOptions = {}) {
    const given = checkOptions('BLEU', options, kinds);
    const { smoothMethod: smoothing = 'exp', effectiveOrder = false } = given;
    this.#tokenizer = given.tokenize ?? '13a';
    this.#lowercase = given.lowercase ?? false;
    this.#order = given.maxNgramOrder ?? 4;
    const smoothingValue = given.smoothValue ?? smoothingValues[smoothing] ?? 0;
    this.#formula = { smoothing, smoothingValue, effectiveOrder };
    this.#counted = noCounts(this.#order);
  }

  /**
   * @param hypotheses translations, not tokenized
   * @param references one or several for each hypothesis
   * @throws when the lengths differ, or a hypothesis has no reference
   */
  update(hypotheses: readonly string[], references: readonly References[]): void {
    checkHypotheses('BLEU.update', hypotheses, references);
    hypotheses.forEach((hypothesis, i) => {
      this.#count(hypothesis, asList(references[i]!));
    });
  }

  /** The score of all hypotheses, 0…100; NaN before any update. */
  compute(): number {
    return this.#empty ? Number.NaN : bleuScore(this.#counted, this.#formula).score;
  }

  /** The score with its parts. */
  result(): BleuResult {
    const { counts, totals, sysLen, refLen } = this.#counted;
    const figures = { ...bleuScore(this.#counted, this.#formula), score: this.compute() };
    return {
      ...figures,
      counts: [...counts],
      totals: [...totals],
      sysLen,
      refLen,
      signature: this.#signature(),
    };
  }

  reset(): void {
    this.#counted = noCounts(this.#order);
    this.#references = new ReferenceCount();
    this.#empty = true;
  }

  #count(hypothesis: string, references: readonly string[]): void {
    this.#empty = false;
    this.#references.add(references.length);
    const tokens = this.#tokens(hypothesis);
    const referenceTokens = references.map((reference) => this.#tokens(reference));
    const counted = this.#counted;
    counted.sysLen += tokens.length;
    counted.refLen += nearest(tokens.length, referenceTokens);
    addTo(counted.counts, new NgramCounts(referenceTokens, this.#order).matches(tokens));
    addTo(counted.totals, ngramTotals(tokens.length, this.#order));
  }

  #tokens(text: string): string[] {
    return bleuTokenizers[this.#tokenizer](
      withoutTrailingSpaces(this.#lowercase ? text.toLowerCase() : text),
    );
  }

  #signature(): string {
    const { smoothing, smoothingValue, effectiveOrder } = this.#formula;
    const hasValue = smoothingValues[smoothing] !== undefined;
    return signature(this.#references, this.#lowercase, {
      eff: effectiveOrder ? 'yes' : 'no',
      tok: this.#tokenizer,
      smooth: hasValue ? `${smoothing}[${smoothingValue.toFixed(2)}]` : smoothing,
    });
  }
}

/**
 * BLEU of a corpus.
 *
 * @example
 * bleu(translations, references).score;
 */
export function bleu(
  hypotheses: readonly string[],
  references: readonly References[],
  options: BleuOptions = {},
): BleuResult {
  const metric = new BLEU(checkOptions<BleuOptions>('bleu', options, kinds));
  checkHypotheses('bleu', hypotheses, references);
  metric.update(hypotheses, references);
  return metric.result();
}

/** BLEU of a sentence. `effectiveOrder` is on by default. */
export function sentenceBleu(
  hypothesis: string,
  references: References,
  options: BleuOptions = {},
): BleuResult {
  const given = checkOptions<BleuOptions>('sentenceBleu', options, kinds);
  const metric = new BLEU({ effectiveOrder: true, ...given });
  checkHypothesis('sentenceBleu', hypothesis, references);
  metric.update([hypothesis], [references]);
  return metric.result();
}

const noCounts = (order: number): BleuCounts => ({
  counts: Array(order).fill(0),
  totals: Array(order).fill(0),
  sysLen: 0,
  refLen: 0,
});

function addTo(sums: number[], numbers: readonly number[]): void {
  numbers.forEach((number, i) => {
    sums[i]! += number;
  });
}

/** The reference length nearest to `length`; the shorter one on a tie. */
function nearest(length: number, references: readonly (readonly string[])[]): number {
  const lengths = references.map((reference) => reference.length).sort((a, b) => a - b);
  return lengths.reduce((best, next) => (Math.abs(next - length) < Math.abs(best - length) ? next : best));
}
