import { checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { type CtcHypothesis, type CtcSearchOptions, checkCtcSearch, ctcKinds } from './ctc-options.ts';
import { type CtcMass, CtcPrefix, logAdd } from './ctc-prefix.ts';
import { NBest } from './n-best.ts';
import { finiteAtLeastZero } from './search-options.ts';

/** A language model: the log-probability of a token after the tokens of a prefix. */
export type CtcScorer = (prefix: readonly number[], token: number) => number;

export interface CtcBeamSearchOptions extends CtcSearchOptions {
  /** The number of prefixes that continue after every frame */
  beamSize: number;
  /** The number of hypotheses that are returned for each source, at most `beamSize`. Default 1. */
  nBest?: number | undefined;
  /**
   * The log-probability of a token after a prefix, by a language model; −∞ bans the token. It is called once for each
   * prefix and token. Default: no language model.
   */
  scorer?: CtcScorer | undefined;
  /** α, at least 0: the weight of the scorer. Default 1. */
  scorerWeight?: number | undefined;
  /** β: is added to the score for each token; a language model alone favours short hypotheses. Default 0. */
  insertionBonus?: number | undefined;
}

const owner = 'ctcBeamSearch';

const kinds = {
  ...ctcKinds,
  beamSize: kind.required(kind.whole(1)),
  nBest: kind.whole(1),
  scorer: kind.func,
  scorerWeight: finiteAtLeastZero,
  insertionBonus: kind.finite,
};

/**
 * CTC prefix beam search: adds up the alignments that spell the same tokens, and continues the `beamSize` best prefixes
 * after every frame. With p_b and p_t, the probabilities of a prefix's alignments that end with the blank and with its
 * last token, and y the frame's probabilities:
 *
 *     p_b'(l)  = (p_b(l) + p_t(l)) · y(blank)
 *     p_t'(l)  = p_t(l) · y(last token of l) + the share of l without its last token:
 *     share(k) = (k ends with the token ? p_b(k) : p_b(k) + p_t(k)) · y(token)
 *
 * Prefixes are ranked by `log(p_b + p_t) + α·log p(language) + β·length`. Ties go to the prefix whose beginning ranks
 * higher, then to the shorter one, then to the lower token. With a beam that holds all prefixes, `logProb` is the exact
 * log-probability of the tokens, `−ctcLoss`; otherwise it is a lower bound.
 *
 * @param logProbs for each source `[T · V]`, frame by frame, as `ctcLoss` takes them
 * @returns for each source its best hypotheses, the best first: `nBest`, or fewer when fewer have a probability above 0
 * @throws when an option is invalid, a source's numbers are not whole frames or not log-probabilities, or the scorer
 *   gives no log-probability
 *
 * @see Graves, "Sequence Transduction with Recurrent Neural Networks" (2012), https://arxiv.org/abs/1211.3711
 * @see Hannun et al., "First-Pass Large Vocabulary Continuous Speech Recognition" (2014), https://arxiv.org/abs/1408.2873
 *
 * @example
 * const lists = ctcBeamSearch(rows, { vocabularySize: 29, beamSize: 25, scorer: (prefix, token) => bigrams[prefix.at(-1) ?? 0]![token]! });
 */
export function ctcBeamSearch(
  logProbs: readonly Float32Array[],
  options: CtcBeamSearchOptions,
): CtcHypothesis[][] {
  const { given, blank, sources } = checkCtcSearch(owner, logProbs, options, kinds);
  const { beamSize, nBest = 1, scorer, scorerWeight = 1, insertionBonus = 0 } = given;
  const fewEnough = {
    ...kind.whole(1, beamSize),
    expected: `a whole number from 1 to beamSize, ${beamSize}`,
  };
  checkValue(owner, 'nBest', nBest, fewEnough);
  const usesScorer = scorer !== undefined && scorerWeight > 0;
  const rules: Rules = {
    beamSize,
    blank,
    language: usesScorer ? checkedScorer(scorer) : undefined,
    adjustment: (length, language) => scorerWeight * language + insertionBonus * length,
  };
  return sources.map((frames) => {
    let beam: readonly CtcPrefix[] = [CtcPrefix.empty()];
    for (const frame of frames) beam = advance(beam, frame, rules);
    return beam.slice(0, nBest).map((prefix) => {
      const { length, language, logProb } = prefix;
      return { tokens: prefix.tokens(), logProb, score: logProb + rules.adjustment(length, language) };
    });
  });
}

interface Rules {
  readonly beamSize: number;
  readonly blank: number;
  readonly language: CtcScorer | undefined;
  /** The part of a score that is not the log-probability of the alignments */
  readonly adjustment: (length: number, language: number) => number;
}

interface Candidate {
  readonly score: number;
  /** The prefix that stays, or that is extended by `token` */
  readonly from: CtcPrefix;
  readonly token: number | undefined;
  readonly mass: CtcMass;
}

/** The beam after a frame, the best prefix first. */
function advance(beam: readonly CtcPrefix[], frame: Float32Array, rules: Rules): CtcPrefix[] {
  const { beamSize, blank, language, adjustment } = rules;
  const best = new NBest<Candidate>(beamSize);
  const offer = (candidate: Candidate): void => {
    if (candidate.score > (best.threshold ?? Number.NEGATIVE_INFINITY)) best.add(candidate);
  };
  for (const prefix of beam) {
    const mass = { blank: prefix.logProb + frame[blank]!, token: stayingToken(prefix, frame) };
    const logProb = logAdd(mass.blank, mass.token);
    const score = logProb + adjustment(prefix.length, prefix.language);
    offer({ score, from: prefix, token: undefined, mass });
    for (let token = 0; token < frame.length; token++) {
      if (token === blank || prefix.known(token)?.mass) continue;
      const share = shareOf(prefix, token, frame);
      if (share === Number.NEGATIVE_INFINITY) continue;
      const said = prefix.language + (language ? prefix.languageOf(token, language) : 0);
      const longer = share + adjustment(prefix.length + 1, said);
      offer({
        score: longer,
        from: prefix,
        token,
        mass: { blank: Number.NEGATIVE_INFINITY, token: share },
      });
    }
  }
  for (const prefix of beam) prefix.hold(undefined);
  return best.best.map(({ from, token, mass }) => {
    const prefix = token === undefined ? from : from.extended(token);
    prefix.hold(mass);
    return prefix;
  });
}

/** p_t' of a prefix that stays: its last token again, and the share of the prefix that is shorter by this token. */
function stayingToken(prefix: CtcPrefix, frame: Float32Array): number {
  const { token, parent, mass } = prefix;
  if (token === undefined) return Number.NEGATIVE_INFINITY;
  const again = mass!.token + frame[token]!;
  return parent!.mass ? logAdd(again, shareOf(parent!, token, frame)) : again;
}

/** What a prefix gives to the prefix that is longer by a token. A repeat of its last token needs a blank between. */
function shareOf(prefix: CtcPrefix, token: number, frame: Float32Array): number {
  return (token === prefix.token ? prefix.mass!.blank : prefix.logProb) + frame[token]!;
}

const checkedScorer =
  (scorer: CtcScorer): CtcScorer =>
  (prefix, token) => {
    const logProb = scorer(prefix, token);
    if (typeof logProb === 'number' && logProb < Number.POSITIVE_INFINITY) return logProb;
    const fault = `gave ${logProb} for token ${token} after [${prefix}]; expected a log-probability`;
    throw new ArgumentError(owner, 'scorer', fault);
  };
