import { Philox } from '@unroll/backend/operations';
import * as fc from 'fast-check';
import { type TableOptions, TableScorer } from './table-scorer.ts';

/** A random model. Equal seeds give equal numbers, whatever else is in the batch. */
export interface RandomModel {
  readonly vocabularySize: number;
  /** The number of steps of each source, and its seed. */
  readonly sources: readonly { readonly steps: number; readonly seed: number }[];
  /** Whether log-probabilities are rounded to quarters, so that many are equal */
  readonly hasTies: boolean;
}

export const randomModels = (sizes: { vocabulary?: number; sources?: number } = {}) =>
  fc.record({
    vocabularySize: fc.integer({ min: 3, max: sizes.vocabulary ?? 9 }),
    sources: fc.array(fc.record({ steps: fc.integer({ min: 1, max: 5 }), seed: fc.nat(1e6) }), {
      minLength: 1,
      maxLength: sizes.sources ?? 5,
    }),
    hasTies: fc.boolean(),
  });

/** A step scorer of a random model. */
export function randomScorer(
  { vocabularySize, sources, hasTies }: RandomModel,
  options: Pick<TableOptions, 'during'> = {},
): TableScorer {
  return new TableScorer({
    ...options,
    vocabularySize,
    sourceLengths: sources.map(({ steps }) => steps),
    logProbs: (source, tokens) => {
      const logProbs = logSoftmax(drawn(sources[source]!.seed, tokens, vocabularySize, 3));
      return hasTies ? logProbs.map((value) => Math.floor(value * 4) / 4) : logProbs;
    },
    attention: (source, tokens) => {
      const { seed, steps } = sources[source]!;
      return logSoftmax(drawn(seed + 1, tokens, steps, 2)).map(Math.exp);
    },
  });
}

/** Numbers in 0…scale that a seed and some tokens determine. */
function drawn(seed: number, tokens: readonly number[], count: number, scale: number): number[] {
  const mixed = tokens.reduce((hash, token) => (Math.imul(hash, 31) + token + 7) >>> 0, seed);
  const stream = new Philox(mixed);
  return Array.from({ length: count }, () => scale * stream.uniform());
}

function logSoftmax(values: readonly number[]): number[] {
  const total = Math.log(values.reduce((sum, value) => sum + Math.exp(value), 0));
  return values.map((value) => value - total);
}
