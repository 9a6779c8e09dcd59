import {
  div,
  neg,
  type Rank,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  type Variable,
} from '@tensorflow/tfjs-core';
import { checkDtype, checkExactShape, checkOptions, kind } from '@unroll/backend/checks';
import { tidyResult } from '@unroll/backend/operations';
import { Module, uniformParameter } from '@unroll/nn';
import { type LengthOptions, lengthKinds } from '../source-lengths.ts';
import { chainOf } from './chain.ts';
import { checkTags } from './check-tags.ts';
import { logPartition, marginals } from './log-partition.ts';
import { pathScore } from './path-score.ts';
import { type TagPath, viterbi } from './viterbi.ts';

export interface LinearChainCrfOptions {
  /** K, the number of tags */
  numTags: number;
}

export interface LogLikelihoodOptions extends LengthOptions {
  /**
   * 'none' gives one number for each row, 'sum' their sum, 'mean' their mean over the rows, 'token_mean' their sum
   * divided by the number of all steps. Default 'mean'.
   */
  reduction?: 'none' | 'sum' | 'mean' | 'token_mean' | undefined;
}

const kinds = { numTags: kind.required(kind.whole(1)) };
const likelihoodKinds = { ...lengthKinds, reduction: kind.choice('none', 'sum', 'mean', 'token_mean') };

/** The bound of the uniform distribution that the parameters are drawn from, as in pytorch-crf */
const BOUND = 0.1;

/**
 * A conditional random field over the tags of a sequence: Lafferty et al., "Conditional random fields" (2001). Of the
 * paths y of a row with scores e, `p(y) = exp(score(y)) / Z` with
 * `score(y) = start(y_0) + Σ_t e_t(y_t) + Σ_t A(y_{t−1}, y_t) + end(y_last)`, and Z the sum over all paths.
 *
 * State dict keys, shapes and the first values are those of the package pytorch-crf: `start_transitions [K]`,
 * `end_transitions [K]`, `transitions [K, K]`, each drawn from U(−0.1, 0.1). `transitions[i, j]` is the score of tag j
 * after tag i. An element −∞ forbids what it stands for.
 *
 * @example
 * const crf = new LinearChainCrf({ numTags: 9 });
 * const loss = crf.loss(scores, tags, { lengths }); // scores [N, L, 9], tags int32 [N, L]
 * const [{ tags: best }] = await crf.viterbi(scores, { lengths });
 *
 * @see https://pytorch-crf.readthedocs.io
 */
export class LinearChainCrf extends Module {
  /** Named as in pytorch-crf's keys */
  readonly start_transitions: Variable<Rank.R1>;
  /** Named as in pytorch-crf's keys */
  readonly end_transitions: Variable<Rank.R1>;
  readonly transitions: Variable<Rank.R2>;

  /** @throws where `numTags` is invalid */
  constructor(options: LinearChainCrfOptions) {
    super();
    const { numTags } = checkOptions('LinearChainCrf', options, kinds);
    this.start_transitions = uniformParameter<Rank.R1>([numTags], BOUND);
    this.end_transitions = uniformParameter<Rank.R1>([numTags], BOUND);
    this.transitions = uniformParameter<Rank.R2>([numTags, numTags], BOUND);
  }

  get numTags(): number {
    return this.start_transitions.size;
  }

  override extraRepr(): string {
    return String(this.numTags);
  }

  /**
   * The log-likelihood of given tags, `score(y) − log Z`. Its gradient, by one backward pass, is the difference of what
   * the tags count and of what is expected. A tag whose paths are e⁸⁷ times less probable than a step's best counts as
   * impossible.
   *
   * @param scores float32 `[N, L, K]`
   * @param tags int32 `[N, L]`, each in 0…K−1; tags past a row's length are not read
   * @returns a scalar, or for `reduction: 'none'` `[N]`
   * @throws where shapes, dtypes, lengths or tags do not fit
   */
  forward(scores: Tensor, tags: Tensor, options: LogLikelihoodOptions = {}): Tensor {
    return this.#logLikelihood('LinearChainCrf.forward', scores, tags, options);
  }

  /** The negative log-likelihood: see `forward`. */
  loss(scores: Tensor, tags: Tensor, options: LogLikelihoodOptions = {}): Tensor {
    return tidyResult(() => neg(this.#logLikelihood('LinearChainCrf.loss', scores, tags, options)));
  }

  /** `log Z` of each row, `[N]`, by the forward algorithm. */
  logPartition(scores: Tensor, options: LengthOptions = {}): Tensor1D {
    const chain = chainOf('LinearChainCrf.logPartition', this, scores, options);
    return tidyResult(() => logPartition(chain));
  }

  /** The probability of each tag at each step, by the forward-backward algorithm: `[N, L, K]`, 0 past a row's length. */
  marginals(scores: Tensor, options: LengthOptions = {}): Tensor3D {
    return marginals(chainOf('LinearChainCrf.marginals', this, scores, options));
  }

  /** The path of each row that has the greatest score, with ties to the lower tag. */
  async viterbi(scores: Tensor, options: LengthOptions = {}): Promise<TagPath[]> {
    const { transitions, start, end, lengths } = chainOf('LinearChainCrf.viterbi', this, scores, options);
    const [rows, steps, tags] = scores.shape as [number, number, number];
    const read = async (tensor: Tensor) => (await tensor.data()) as Float32Array;
    const [hostScores, hostTransitions, hostStart, hostEnd] = await Promise.all([
      read(scores),
      read(transitions),
      read(start),
      read(end),
    ]);
    const host = { scores: hostScores, transitions: hostTransitions, start: hostStart, end: hostEnd };
    return Array.from({ length: rows }, (_, row) =>
      viterbi(host, row * steps * tags, lengths?.[row] ?? steps),
    );
  }

  #logLikelihood(operation: string, scores: Tensor, tags: Tensor, options: LogLikelihoodOptions): Tensor {
    const { reduction = 'mean', ...others } = checkOptions(operation, options, likelihoodKinds);
    const chain = chainOf(operation, this, scores, others);
    const [rows, steps] = chain.scores.shape;
    checkDtype(operation, 'tags', tags, 'int32');
    checkExactShape(operation, 'tags', tags, [rows, steps], ', a tag for each step');
    checkTags(operation, tags, chain);
    return tidyResult(() => {
      const partition = logPartition(chain);
      const logLikelihood = rows === 0 ? partition : sub(pathScore(chain, tags as Tensor2D), partition);
      if (reduction === 'none') return logLikelihood;
      const total = sum(logLikelihood);
      if (reduction === 'sum') return total;
      const allSteps = chain.lengths?.reduce((all, length) => all + length, 0) ?? rows * steps;
      return div(total, reduction === 'mean' ? rows : allSteps);
    });
  }
}
