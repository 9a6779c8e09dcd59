import { checkOptions, kind } from '@unroll/backend/checks';
import type { Metric } from '../metric.ts';
import { asList, checkHypotheses, checkHypothesis, type References } from '../references.ts';
import { type ChrfCounts, chrfScore } from './chrf-score.ts';
import { NgramCounts, ngramTotals } from './ngram-counts.ts';
import { charactersBetweenSpaces, splitAtSpaces } from './python-whitespace.ts';
import { ReferenceCount, signature } from './signature.ts';

export interface ChrfOptions {
  /** The greatest order of character n-grams. Default 6. */
  charOrder?: number | undefined;
  /** The greatest order of word n-grams: 0 for chrF, 2 for chrF++. Default 0. */
  wordOrder?: number | undefined;
  /** β: how many times as much recall counts as precision. Default 2. */
  beta?: number | undefined;
  /** Whether to ignore case. Default false. */
  lowercase?: boolean | undefined;
  /** Whether white space counts as characters. Default false. */
  whitespace?: boolean | undefined;
  /**
   * Whether orders for which a side has no n-grams count, as in chrF++.py; otherwise they are left out. Default false.
   */
  epsSmoothing?: boolean | undefined;
}

/** Like sacreBLEU's CHRFScore. */
export interface ChrfResult {
  /** In 0…100 */
  readonly score: number;
  /** `chrF2`, `chrF2++`: with β, and a + for each word order */
  readonly name: string;
  readonly charOrder: number;
  readonly wordOrder: number;
  readonly beta: number;
  /** The settings of the score: `nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:…` */
  readonly signature: string;
}

const kinds = {
  charOrder: kind.whole(1),
  wordOrder: kind.whole(0),
  beta: kind.above(0),
  lowercase: kind.flag,
  whitespace: kind.flag,
  epsSmoothing: kind.flag,
};

/**
 * chrF of a corpus, 0…100, as sacreBLEU 2.6.0: precision and recall of character n-grams, and for chrF++ also of word
 * n-grams.
 *
 * @example
 * const metric = new CHRF({ wordOrder: 2 });
 * metric.update(['The cat sat.'], ['The cat sits.']);
 * metric.result().name; // 'chrF2++'
 *
 * @see https://aclanthology.org/W15-3049
 */
export class CHRF implements Metric<[hypotheses: readonly string[], references: readonly References[]]> {
  readonly higherIsBetter = true;
  readonly charOrder: number;
  readonly wordOrder: number;
  readonly beta: number;
  readonly #lowercase: boolean;
  readonly #whitespace: boolean;
  readonly #epsSmoothing: boolean;
  #counted: readonly ChrfCounts[];
  #references = new ReferenceCount();
  #empty = true;

  constructor(options: ChrfOptions = {}) {
    const given = checkOptions('CHRF', options, kinds);
    this.charOrder = given.charOrder ?? 6;
    this.wordOrder = given.wordOrder ?? 0;
    this.beta = given.beta ?? 2;
    this.#lowercase = given.lowercase ?? false;
    this.#whitespace = given.whitespace ?? false;
    this.#epsSmoothing = given.epsSmoothing ?? false;
    this.#counted = this.#noCounts();
  }

  /**
   * @param hypotheses translations, not tokenized
   * @param references one or several for each hypothesis
   * @throws when the lengths differ, or a hypothesis has no reference
   */
  update(hypotheses: readonly string[], references: readonly References[]): void {
    checkHypotheses('CHRF.update', hypotheses, references);
    hypotheses.forEach((hypothesis, i) => {
      this.#count(hypothesis, asList(references[i]!));
    });
  }

  /** The score of all hypotheses, 0…100; NaN before any update. */
  compute(): number {
    return this.#empty ? Number.NaN : this.#score(this.#counted);
  }

  /** The score with its settings. */
  result(): ChrfResult {
    const { charOrder, wordOrder, beta } = this;
    const fields = {
      eff: this.#epsSmoothing ? 'no' : 'yes',
      nc: charOrder,
      nw: wordOrder,
      space: this.#whitespace ? 'yes' : 'no',
    };
    return {
      score: this.compute(),
      name: `chrF${beta}${'+'.repeat(wordOrder)}`,
      charOrder,
      wordOrder,
      beta,
      signature: signature(this.#references, this.#lowercase, fields),
    };
  }

  reset(): void {
    this.#counted = this.#noCounts();
    this.#references = new ReferenceCount();
    this.#empty = true;
  }

  /** Adds the counts with the reference that gives the sentence the best score, the first one on a tie. */
  #count(hypothesis: string, references: readonly string[]): void {
    this.#empty = false;
    this.#references.add(references.length);
    const sequences = this.#sequences(hypothesis);
    const counted = references.map((reference) => this.#compare(sequences, this.#sequences(reference)));
    const scores = counted.map((counts) => this.#score(counts));
    const best = counted[scores.indexOf(Math.max(...scores))]!;
    this.#counted = this.#counted.map((sums, i) => ({
      hypothesis: sums.hypothesis + best[i]!.hypothesis,
      reference: sums.reference + best[i]!.reference,
      matches: sums.matches + best[i]!.matches,
    }));
  }

  /** The characters and the words, each with its greatest order. */
  #sequences(text: string): readonly Sequence[] {
    const cased = this.#lowercase ? text.toLowerCase() : text;
    const symbols = this.#whitespace ? [...cased] : charactersBetweenSpaces(cased);
    const characters = { symbols, order: this.charOrder };
    return this.wordOrder === 0
      ? [characters]
      : [characters, { symbols: wordsAndPunctuation(cased), order: this.wordOrder }];
  }

  #compare(hypothesis: readonly Sequence[], reference: readonly Sequence[]): readonly ChrfCounts[] {
    return reference.flatMap(({ symbols, order }, kindOfSymbol) => {
      const ours = hypothesis[kindOfSymbol]!.symbols;
      const matches = new NgramCounts([symbols], order).matches(ours);
      const ourTotals = ngramTotals(ours.length, order);
      return ngramTotals(symbols.length, order).map((total, i) => ({
        hypothesis: total > 0 ? ourTotals[i]! : 0,
        reference: total,
        matches: matches[i]!,
      }));
    });
  }

  #score(counts: readonly ChrfCounts[]): number {
    return chrfScore(counts, { beta: this.beta, epsSmoothing: this.#epsSmoothing });
  }

  #noCounts(): readonly ChrfCounts[] {
    const zero = { hypothesis: 0, reference: 0, matches: 0 };
    return Array.from({ length: this.charOrder + this.wordOrder }, () => zero);
  }
}

/** Words or characters, and their greatest n-gram order. */
interface Sequence {
  readonly symbols: readonly string[];
  readonly order: number;
}

/**
 * chrF of a corpus.
 *
 * @example
 * chrf(translations, references, { wordOrder: 2 }).score;
 */
export function chrf(
  hypotheses: readonly string[],
  references: readonly References[],
  options: ChrfOptions = {},
): ChrfResult {
  const metric = new CHRF(checkOptions<ChrfOptions>('chrf', options, kinds));
  checkHypotheses('chrf', hypotheses, references);
  metric.update(hypotheses, references);
  return metric.result();
}

/** chrF of a sentence. */
export function sentenceChrf(
  hypothesis: string,
  references: References,
  options: ChrfOptions = {},
): ChrfResult {
  const metric = new CHRF(checkOptions<ChrfOptions>('sentenceChrf', options, kinds));
  checkHypothesis('sentenceChrf', hypothesis, references);
  metric.update([hypothesis], [references]);
  return metric.result();
}

const punctuation = /^[!-/:-@[-`{-~]$/;

/** An ASCII punctuation mark at a word's end, or otherwise at its beginning, becomes a word of its own. */
function wordsAndPunctuation(text: string): string[] {
  return splitAtSpaces(text).flatMap((word) => {
    const characters = [...word];
    if (characters.length === 1) return [word];
    if (punctuation.test(characters.at(-1)!)) return [word.slice(0, -1), word.slice(-1)];
    return punctuation.test(characters[0]!) ? [word.slice(0, 1), word.slice(1)] : [word];
  });
}
