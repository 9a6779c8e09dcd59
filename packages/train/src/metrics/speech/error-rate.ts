import type { Metric } from '../metric.ts';
import { type EditCounts, editCounts } from './edit-distance.ts';

/** Like jiwer's WordOutput, over all updates. */
export interface ErrorRateResult extends EditCounts {
  /**
   * (substitutions + deletions + insertions) / (hits + substitutions + deletions). For empty references: the
   * insertions.
   */
  readonly rate: number;
  /** MER: (substitutions + deletions + insertions) / (hits + substitutions + deletions + insertions) */
  readonly matchErrorRate: number;
  /** WIP: hits² / (the references' symbols · the hypotheses' symbols) */
  readonly informationPreserved: number;
  /** WIL: 1 − WIP */
  readonly informationLost: number;
}

/**
 * The common base of word, character and phoneme error rates, which counts edits. Of several references the one with
 * the fewest edits counts; among those the longest, whose rate is the lowest; among those the first.
 */
export abstract class ErrorRate<Utterance>
  implements
    Metric<[hypotheses: readonly Utterance[], references: readonly (Utterance | readonly Utterance[])[]]>
{
  readonly higherIsBetter = false;
  #counts = noEdits;
  #empty = true;

  /** Throws unless all are valid utterances and the lengths are equal. */
  protected abstract check(
    hypotheses: readonly Utterance[],
    references: readonly (Utterance | readonly Utterance[])[],
  ): void;

  /** An utterance's references as a list that is not empty. */
  protected abstract listed(references: Utterance | readonly Utterance[]): readonly Utterance[];

  /** The symbols of an utterance. */
  protected abstract symbols(utterance: Utterance): readonly string[];

  /**
   * @param hypotheses the recognised utterances
   * @param references the spoken ones, one or several for each hypothesis; an empty reference counts when the
   *   hypothesis is not empty
   * @throws when the lengths differ
   */
  update(hypotheses: readonly Utterance[], references: readonly (Utterance | readonly Utterance[])[]): void {
    this.check(hypotheses, references);
    // Count all utterances before adding any, so that an error adds none.
    const all = hypotheses.map((hypothesis, i) => {
      const understood = this.symbols(hypothesis);
      return this.listed(references[i]!)
        .map((reference) => editCounts(this.symbols(reference), understood))
        .reduce(nearer);
    });
    for (const counts of all) {
      this.#counts = {
        hits: this.#counts.hits + counts.hits,
        substitutions: this.#counts.substitutions + counts.substitutions,
        deletions: this.#counts.deletions + counts.deletions,
        insertions: this.#counts.insertions + counts.insertions,
      };
      this.#empty = false;
    }
  }

  /** The rate; NaN before any update. */
  compute(): number {
    return this.result().rate;
  }

  /** The rate with its parts. */
  result(): ErrorRateResult {
    if (this.#empty) return { ...noEdits, ...ofNothing };
    const { hits, substitutions, insertions } = this.#counts;
    const edits = editsOf(this.#counts);
    const said = saidIn(this.#counts);
    const understood = hits + substitutions + insertions;
    const silence = said + understood === 0;
    const informationPreserved = silence ? 1 : hits ** 2 / (Math.max(said, 1) * Math.max(understood, 1));
    return {
      ...this.#counts,
      rate: edits / Math.max(said, 1),
      matchErrorRate: edits / Math.max(edits + hits, 1),
      informationPreserved,
      informationLost: 1 - informationPreserved,
    };
  }

  reset(): void {
    this.#counts = noEdits;
    this.#empty = true;
  }
}

const editsOf = ({ substitutions, deletions, insertions }: EditCounts): number =>
  substitutions + deletions + insertions;

/** Number of symbols in the reference */
const saidIn = ({ hits, substitutions, deletions }: EditCounts): number => hits + substitutions + deletions;

/** Of the edits from two references, those that count. */
function nearer(first: EditCounts, second: EditCounts): EditCounts {
  const more = editsOf(second) - editsOf(first) || saidIn(first) - saidIn(second);
  return more < 0 ? second : first;
}

const noEdits: EditCounts = { hits: 0, substitutions: 0, deletions: 0, insertions: 0 };

const ofNothing = {
  rate: Number.NaN,
  matchErrorRate: Number.NaN,
  informationPreserved: Number.NaN,
  informationLost: Number.NaN,
};
