import * as fc from 'fast-check';

/** Log-probabilities of one source in the frames of a CTC network, some of them −∞ or equal. */
export interface SmallFrames {
  readonly vocabularySize: number;
  readonly blank: number;
  readonly logProbs: Float32Array;
}

const weights = fc.constantFrom(0, 1, 1, 2, 3, 7);

export const smallFrames: fc.Arbitrary<SmallFrames> = fc
  .record({ vocabularySize: fc.integer({ min: 1, max: 4 }), frames: fc.integer({ min: 0, max: 5 }) })
  .chain(({ vocabularySize, frames }) =>
    fc.record({
      vocabularySize: fc.constant(vocabularySize),
      blank: fc.integer({ min: 0, max: vocabularySize - 1 }),
      logProbs: fc
        .array(weights, { minLength: frames * vocabularySize, maxLength: frames * vocabularySize })
        .map((values) => Float32Array.from(values, (weight) => Math.log(weight / 8))),
    }),
  );

/** The tokens of an alignment: repeats merged, then blanks removed. */
export const spelled = (alignment: readonly number[], blank: number): number[] =>
  alignment.filter((token, t) => token !== alignment[t - 1] && token !== blank);

/** The probability of every sequence of tokens, summed one alignment at a time, under the tokens joined by spaces. */
export function enumerated({ vocabularySize, blank, logProbs }: SmallFrames): Map<string, number> {
  const frames = logProbs.length / vocabularySize;
  const found = new Map<string, number>();
  for (let code = 0; code < vocabularySize ** frames; code++) {
    const alignment = Array.from(
      { length: frames },
      (_, t) => Math.floor(code / vocabularySize ** t) % vocabularySize,
    );
    const logProb = alignment.reduce((sum, token, t) => sum + logProbs[t * vocabularySize + token]!, 0);
    if (logProb === Number.NEGATIVE_INFINITY) continue;
    const tokens = spelled(alignment, blank).join(' ');
    found.set(tokens, (found.get(tokens) ?? 0) + Math.exp(logProb));
  }
  return found;
}
