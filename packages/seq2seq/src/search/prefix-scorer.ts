import { checkOptions, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import type { StepRequest, StepScorer, StepScores } from './step-scorer.ts';

/** A model that scores one hypothesis at a time: a table, an n-gram model, another library's network. */
export interface PrefixModel {
  /** V, the number of tokens: 0…V−1 */
  vocabularySize: number;
  /** Number of steps of each source. Default `[1]`: one source, which the model knows. */
  sourceLengths?: readonly number[] | undefined;
  /**
   * Log-probabilities of all tokens as the next token, `[V]`.
   *
   * @param tokens the hypothesis so far, from its start token on
   * @param source the source's index
   */
  logProbs: (tokens: readonly number[], source: number) => ArrayLike<number>;
  /** The next token's attention to each step of the source, `[S]`. Default: the model has no attention. */
  attention?: ((tokens: readonly number[], source: number) => ArrayLike<number>) | undefined;
}

const kinds = {
  vocabularySize: kind.required(kind.whole(1)),
  sourceLengths: kind.listOf(kind.whole(1)),
  logProbs: kind.required(kind.func),
  attention: kind.func,
};

/** The state of the scorer: the sources of a step and the tokens of its rows. */
interface Prefixes {
  readonly sources: readonly number[];
  readonly rows: readonly (readonly number[])[];
}

/**
 * A step scorer over a function from tokens to log-probabilities. It calls the function row by row.
 *
 * @throws (rejects, in a step) when the function returns another number of log-probabilities
 *
 * @example
 * const scorer = prefixScorer({ vocabularySize: 27, logProbs: (tokens) => bigrams[tokens.at(-1)!]! });
 * const [names] = await sampleSearch(scorer, { startToken: 0, endToken: 1, samples: 5 });
 */
export function prefixScorer(model: PrefixModel): StepScorer<Prefixes> {
  const given = checkOptions('prefixScorer', model, kinds);
  const { sourceLengths = [1] } = given;
  return {
    vocabularySize: given.vocabularySize,
    sourceLengths,
    start: () => ({ sources: sourceLengths.map((_, source) => source), rows: sourceLengths.map(() => []) }),
    release: () => {},
    step: async (request) => scoresOf({ ...given, sourceLengths }, request),
  };
}

function scoresOf(
  { vocabularySize, sourceLengths, logProbs, attention }: PrefixModel & { sourceLengths: readonly number[] },
  { state, sources: staying, parents, tokens, top, wanted, attention: asksAttention }: StepRequest<Prefixes>,
): StepScores<Prefixes> {
  const sources = Array.from(staying, (place) => state.sources[place]!);
  const rows = Array.from(tokens, (token, row) => [...state.rows[parents[row]!]!, token]);
  const sourceOf = (row: number): number => sources[Math.floor((row * sources.length) / rows.length)]!;
  const scored = rows.map((prefix, row) => {
    const given = logProbs(prefix, sourceOf(row));
    if (given.length === vocabularySize) return Float32Array.from(given);
    const fault = `gave ${given.length} numbers after [${prefix}]; expected one for each of the ${vocabularySize} tokens`;
    throw new ArgumentError('prefixScorer', 'logProbs', fault);
  });
  const best = top === 'all' ? undefined : scored.map((row) => mostProbable(row, top));
  const steps = Math.max(0, ...sources.map((source) => sourceLengths[source]!));
  return {
    state: { sources, rows },
    tokens: best && Int32Array.from(best.flat()),
    logProbs: joined(
      best ? best.map((chosen, row) => chosen.map((token) => scored[row]![token]!)) : scored,
      top === 'all' ? vocabularySize : top,
    ),
    wantedLogProbs: wanted && Float32Array.from(wanted, (token, row) => scored[row]![token]!),
    attention:
      asksAttention && attention
        ? joined(
            rows.map((prefix, row) => attention(prefix, sourceOf(row))),
            steps,
          )
        : undefined,
  };
}

/** The most probable tokens of a row, the lower token first among ties. */
function mostProbable(logProbs: Float32Array, count: number): number[] {
  const tokens = Array.from(logProbs, (_, token) => token);
  return tokens.sort((a, b) => logProbs[b]! - logProbs[a]! || a - b).slice(0, count);
}

/** Concatenates rows of numbers, each padded to `width`. */
function joined(rows: readonly ArrayLike<number>[], width: number): Float32Array {
  const all = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries()) all.set(Array.from(row).slice(0, width), i * width);
  return all;
}
