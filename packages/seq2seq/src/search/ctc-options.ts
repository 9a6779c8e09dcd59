import { checkOptions, checkValue, kind, type OptionKinds } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';

/** Options of every search in the frames of a CTC network. */
export interface CtcSearchOptions {
  /** V, the number of classes: the tokens and the blank */
  vocabularySize: number;
  /** The class that means "no token". Default 0. */
  blank?: number | undefined;
  /** Number of frames of each source. Later frames are not read. Default: all frames. */
  lengths?: readonly number[] | undefined;
}

/** A sequence of tokens that a search found in the frames of a source. */
export interface CtcHypothesis {
  /** Without blanks, repeats merged */
  readonly tokens: readonly number[];
  /** The log-probability of the alignments that the search counted */
  readonly logProb: number;
  /** Hypotheses are ranked by this: `logProb`, adjusted by a language model and the insertion bonus */
  readonly score: number;
}

export const ctcKinds: OptionKinds<CtcSearchOptions> = {
  vocabularySize: kind.required(kind.whole(1)),
  blank: kind.whole(0),
  lengths: kind.listOf(kind.whole(0)),
};

const sources = kind.required(
  kind.listOf(
    { expected: 'a Float32Array', fits: (value) => value instanceof Float32Array },
    'an array of Float32Arrays, [T · vocabularySize] for each source',
  ),
);

/** Checks a search's arguments. Returns the options that are given, and each source's frames, `[V]` each. */
export function checkCtcSearch<Options extends CtcSearchOptions>(
  owner: string,
  logProbs: readonly Float32Array[],
  options: Options,
  kinds: OptionKinds<Options>,
): { given: Options; blank: number; sources: Float32Array[][] } {
  checkValue(owner, 'logProbs', logProbs, sources);
  const given = checkOptions(owner, options, kinds);
  const { vocabularySize, blank = 0, lengths } = given;
  checkValue(owner, 'blank', blank, kind.classBelow(vocabularySize));
  if (lengths && lengths.length !== logProbs.length) {
    const fault = `has ${lengths.length} numbers; expected one for each of the ${logProbs.length} sources`;
    throw new ArgumentError(owner, 'lengths', fault);
  }
  const framesOf = (source: Float32Array, i: number): Float32Array[] => {
    const name = `logProbs[${i}]`;
    const frames = source.length / vocabularySize;
    if (!Number.isInteger(frames)) {
      const fault = `has ${source.length} numbers; expected a multiple of vocabularySize, ${vocabularySize}`;
      throw new ArgumentError(owner, name, fault);
    }
    checkValue(owner, `lengths[${i}]`, lengths?.[i], kind.wholeWithin(0, frames));
    const read = source.subarray(0, (lengths?.[i] ?? frames) * vocabularySize);
    const place = read.findIndex((logProb) => !(logProb < Number.POSITIVE_INFINITY));
    if (place >= 0) {
      const fault = `is ${read[place]} for class ${place % vocabularySize} of frame ${Math.floor(place / vocabularySize)}`;
      throw new ArgumentError(owner, name, `${fault}; expected log-probabilities`);
    }
    return Array.from({ length: read.length / vocabularySize }, (_, t) =>
      read.subarray(t * vocabularySize, (t + 1) * vocabularySize),
    );
  };
  return { given, blank, sources: logProbs.map(framesOf) };
}
