import type { Metric } from '../metric.ts';
import { type EditCounts, editCounts } from './edit-distance.ts';

/** As jiwer's WordOutput, over all that came in. */
export interface ErrorRateResult extends EditCounts {
  /** (substitutions + deletions + insertions) / (hits + substitutions + deletions). Of empty references alone: the insertions. */
  readonly rate: number;
  /** MER: (substitutions + deletions + insertions) / (hits + substitutions + deletions + insertions) */
  readonly matchErrorRate: number;
  /** WIP: hits² / (the references' symbols · the hypotheses' symbols) */
  readonly informationPreserved: number;
  /** WIL: 1 − WIP */
  readonly informationLost: number;
}

/**
 * What error rates of words, characters and phonemes have in common: the edits. Of several references to an utterance the one counts that
 * takes the fewest edits; of those that take as many, the longest, whose rate is the lowest; of those, the first.
 */
export abstract class ErrorRate<Utterance>
  implements
    Metric<[hypotheses: readonly Utterance[], references: readonly (Utterance | readonly Utterance[])[]]>
{
  readonly higherIsBetter = false;
  #counts = noEdits;
  #empty = true;

  /** Throws unless they are utterances, and equally many. */
  protected abstract check(
    hypotheses: readonly Utterance[],
    references: readonly (Utterance | readonly Utterance[])[],
  ): void;

  /** An utterance's references as a list; never an empty one. */
  protected abstract listed(references: Utterance | readonly Utterance[]): readonly Utterance[];

  /** What an utterance is made of. */
  protected abstract symbols(utterance: Utterance): readonly string[];

  /**
   * @param hypotheses what was understood
   * @param references what was said, for each hypothesis one utterance or several; empty utterances count where something was understood
   * @throws where the lengths differ
   */
  update(hypotheses: readonly Utterance[], references: readonly (Utterance | readonly Utterance[])[]): void {
    this.check(hypotheses, references);
    // All are counted before any is added: where one cannot be, none is.
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

  /** The rate; NaN where nothing came in. */
  compute(): number {
    return this.result().rate;
  }

  /** The rate with what it is made of. */
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

/** Symbols of the reference */
const saidIn = ({ hits, substitutions, deletions }: EditCounts): number => hits + substitutions + deletions;

/** Of a hypothesis's edits from two references, those that count. */
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
