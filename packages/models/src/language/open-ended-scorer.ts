import type { StepRequest, StepScorer, StepScores } from '@unroll/seq2seq';

/**
 * Adds a token that ends a text to a scorer whose own tokens never end one: V, the number of tokens. It is never among
 * the probable tokens, and certain where a search forces it.
 */
export function openEnded<State>(scorer: StepScorer<State>): StepScorer<State> {
  const { vocabularySize: end, sourceLengths } = scorer;
  return {
    vocabularySize: end + 1,
    sourceLengths,
    start: () => scorer.start(),
    release: (state) => scorer.release(state),
    step: async (request) => {
      const { wanted, top } = request;
      const own = {
        ...request,
        wanted: wanted?.map((token) => (token === end ? 0 : token)),
        top: top === 'all' ? top : Math.min(top, end),
      };
      return withEnd(await scorer.step(own), request, end);
    },
  };
}

function withEnd<State>(
  scores: StepScores<State>,
  { wanted, top, tokens: { length: rows } }: StepRequest<State>,
  end: number,
): StepScores<State> {
  const wantedLogProbs = wanted && scores.wantedLogProbs?.map((own, row) => (wanted[row] === end ? 0 : own));
  const isFull = top === 'all' || top > end;
  return {
    ...scores,
    wantedLogProbs,
    ...(isFull && {
      tokens: scores.tokens && widened(scores.tokens, rows, end),
      logProbs: widened(scores.logProbs, rows, Number.NEGATIVE_INFINITY),
    }),
  };
}

/** Adds a value at the end of each row. */
function widened<Numbers extends Int32Array | Float32Array>(
  numbers: Numbers,
  rows: number,
  value: number,
): Numbers {
  const width = numbers.length / rows;
  const Kind = numbers.constructor as new (length: number) => Numbers;
  const wide = new Kind(rows * (width + 1)).fill(value) as Numbers;
  for (let row = 0; row < rows; row++)
    wide.set(numbers.subarray(row * width, (row + 1) * width), row * (width + 1));
  return wide;
}
