import { shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import type { Following } from './constraints.ts';
import type { StepRequest, StepScores } from './step-scorer.ts';

/** A request to a step scorer, without the state. */
export type Question = Omit<StepRequest<unknown>, 'state'>;

/** Tokens and the log-probability of each */
export interface ScoredTokens {
  readonly tokens: Int32Array;
  readonly logProbs: Float32Array;
}

/** A log-probability of 0 may exceed 0 by this much in single precision */
const ROUNDING = 1e-3;

/** The scores of a step, read row by row. */
export class StepRows {
  readonly #owner: string;
  readonly #scores: StepScores<unknown>;
  /** Number of log-probabilities of each row */
  readonly #width: number;
  readonly #attentionSteps: number;

  /** @throws when the scorer gave less than requested, or something else */
  constructor(owner: string, question: Question, scores: StepScores<unknown>, vocabularySize: number) {
    const rows = question.tokens.length;
    const isAll = question.top === 'all';
    const width = question.top === 'all' ? vocabularySize : question.top;
    const { tokens, logProbs, wantedLogProbs, attention } = scores;
    const counts = [
      ['log-probabilities', logProbs, width, true],
      ['tokens', tokens, width, !isAll],
      ['log-probabilities of wanted tokens', wantedLogProbs, 1, question.wanted !== undefined],
    ] as const;
    for (const [what, values, each, isAsked] of counts) {
      if (!isAsked || values?.length === rows * each) continue;
      const fault = `gave ${values?.length ?? 'no'} ${what}; expected ${each} for each of ${rows} rows, as top is ${shown(question.top)}`;
      throw new ArgumentError(owner, 'scorer', fault);
    }
    this.#owner = owner;
    this.#scores = isAll ? { ...scores, tokens: undefined } : scores;
    this.#width = width;
    this.#attentionSteps = (attention?.length ?? 0) / rows;
  }

  /** The first `limit` tokens of a row that may follow. */
  following(row: number, { forced, banned }: Following, limit: number): ScoredTokens {
    if (forced !== undefined) {
      const logProb = this.#checked(this.#scores.wantedLogProbs![row]!, forced);
      return { tokens: Int32Array.of(forced), logProbs: Float32Array.of(logProb) };
    }
    const first = row * this.#width;
    const room = Math.min(limit, this.#width);
    const tokens = new Int32Array(room);
    const logProbs = new Float32Array(room);
    let found = 0;
    for (let i = 0; i < this.#width && found < room; i++) {
      const token = this.#scores.tokens ? this.#scores.tokens[first + i]! : i;
      if (banned.has(token)) continue;
      tokens[found] = token;
      logProbs[found] = this.#checked(this.#scores.logProbs[first + i]!, token);
      found++;
    }
    return { tokens: tokens.subarray(0, found), logProbs: logProbs.subarray(0, found) };
  }

  /** A row's attention to the `steps` of its source; undefined when the scorer gave attention to fewer steps. */
  attention(row: number, steps: number): Float32Array | undefined {
    if (this.#attentionSteps < steps) return undefined;
    const first = row * this.#attentionSteps;
    return this.#scores.attention?.slice(first, first + steps);
  }

  #checked(logProb: number, token: number): number {
    if (logProb <= ROUNDING) return logProb;
    const fault = `gave ${logProb} as the log-probability of token ${token}; expected a number of at most 0`;
    throw new ArgumentError(this.#owner, 'scorer', fault);
  }
}
