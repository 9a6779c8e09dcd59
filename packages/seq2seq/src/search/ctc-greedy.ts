import { type CtcHypothesis, type CtcSearchOptions, checkCtcSearch, ctcKinds } from './ctc-options.ts';

/**
 * Takes the most probable class of each frame, merges repeats and removes blanks: the best path of Graves et al.
 * (2006). Ties go to the lower class. `logProb` is the log-probability of this one alignment.
 *
 * @param logProbs for each source `[T · V]`, frame by frame, as `ctcLoss` takes them
 * @returns for each source one hypothesis, in a list as other searches return it
 * @throws when an option is invalid, or a source's numbers are not whole frames or not log-probabilities
 *
 * @example
 * const [[best]] = ctcGreedySearch([await logProbs.data()], { vocabularySize: 29 });
 */
export function ctcGreedySearch(
  logProbs: readonly Float32Array[],
  options: CtcSearchOptions,
): CtcHypothesis[][] {
  const { blank, sources } = checkCtcSearch('ctcGreedySearch', logProbs, options, ctcKinds);
  return sources.map((frames) => {
    const classes = frames.map(mostProbable);
    const tokens = classes.filter((token, t) => token !== blank && token !== classes[t - 1]);
    const logProb = frames.reduce((sum, frame, t) => sum + frame[classes[t]!]!, 0);
    return [{ tokens, logProb, score: logProb }];
  });
}

/** The class with the greatest log-probability, the lowest among ties. */
const mostProbable = (frame: Float32Array): number =>
  frame.reduce((best, logProb, token) => (logProb > frame[best]! ? token : best), 0);
