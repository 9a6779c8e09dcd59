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

/** What error rates of words, characters and phonemes have in common: the edits. */
export abstract class ErrorRate<Utterance>
  implements Metric<[hypotheses: readonly Utterance[], references: readonly Utterance[]]>
{
  readonly higherIsBetter = false;
  #counts = noEdits;
  #empty = true;

  /** Throws unless they are utterances, and equally many. */
  protected abstract check(hypotheses: readonly Utterance[], references: readonly Utterance[]): void;

  /** What an utterance is made of. */
  protected abstract symbols(utterance: Utterance): readonly string[];

  /**
   * @param hypotheses what was understood
   * @param references what was said; empty ones count where something was understood
   * @throws where the lengths differ
   */
  update(hypotheses: readonly Utterance[], references: readonly Utterance[]): void {
    this.check(hypotheses, references);
    // All are counted before any is added: where one cannot be, none is.
    const all = hypotheses.map((hypothesis, i) =>
      editCounts(this.symbols(references[i]!), this.symbols(hypothesis)),
    );
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
    const { hits, substitutions, deletions, insertions } = this.#counts;
    const edits = substitutions + deletions + insertions;
    const said = hits + substitutions + deletions;
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

const noEdits: EditCounts = { hits: 0, substitutions: 0, deletions: 0, insertions: 0 };

const ofNothing = {
  rate: Number.NaN,
  matchErrorRate: Number.NaN,
  informationPreserved: Number.NaN,
  informationLost: Number.NaN,
};
