import {
  add,
  mul,
  type Scalar,
  slice,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { checkOptions, checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { tidyResult } from '@unroll/backend/operations';
import { Module } from '@unroll/nn';
import type { Decoder, TargetScores } from './decoder/decoder.ts';
import { decodeWithForcing } from './decoder/scheduled-sampling.ts';
import { type Beginning, type CompiledStep, compileStep, DecoderScorer } from './decoder-scorer.ts';
import { type Bridge, DenseBridge, IdentityBridge, ZeroBridge } from './encoder/bridge.ts';
import type { Encoder } from './encoder/encoder.ts';
import { coverageLoss } from './losses/coverage-loss.ts';
import { sequenceCrossEntropy } from './losses/sequence-cross-entropy.ts';
import { readTargetScores, type ScoredTarget, targetLosses } from './score-targets.ts';
import { type BeamSearchOptions, beamSearch } from './search/beam.ts';
import { greedySearch } from './search/greedy.ts';
import type { Hypothesis } from './search/hypothesis.ts';
import { type SampleSearchOptions, sampleSearch } from './search/sampling.ts';
import type { SearchOptions } from './search/search-options.ts';
import { type StreamedToken, type StreamOptions, streamTokens } from './search/stream.ts';
import {
  checkMemoryDim,
  checkTarget,
  checkTokens,
  type LossOptions,
  lossKinds,
  type ModelSearchOptions,
  type ModelStreamOptions,
  type Seq2SeqOptions,
  type SourceOptions,
  seq2SeqKinds,
  sourceKinds,
  type TargetOptions,
  targetKinds,
} from './seq2seq-options.ts';

/**
 * An encoder that reads a source and a decoder that generates a target. State dict keys: `encoder.…`, `bridge.…`,
 * `decoder.…`.
 *
 * Sources and targets are batches of tokens, int32 `[N, S]` and `[N, T]`. Every target begins with the start token and
 * has the end token before its padding: `[[start, 5, 7, end, padding], …]`.
 *
 * @example
 * const model = new Seq2Seq({ encoder, decoder, bridge: 'dense', paddingToken: 0, startToken: 1, endToken: 2 });
 * const loss = await trainingStep(optimizer, () => model.loss(source, target, { sourceLengths, labelSmoothing: 0.1 }));
 */
export class Seq2Seq extends Module {
  readonly encoder: Encoder;
  readonly bridge: Bridge;
  readonly decoder: Decoder;
  readonly startToken: number;
  readonly endToken: number;
  readonly paddingToken: number;
  #step: CompiledStep | undefined;

  /**
   * @throws when an option is invalid, the decoder does not have a token, the padding token is the end token, or the
   *   bridge is 'none' and the shapes of the states differ
   */
  constructor(options: Seq2SeqOptions) {
    super();
    const given = checkOptions('Seq2Seq', options, seq2SeqKinds);
    const { encoder, decoder, bridge = 'none', startToken, endToken, paddingToken } = given;
    checkTokens(decoder.vocabularySize, { startToken, endToken, paddingToken });
    checkMemoryDim(encoder, decoder);
    this.encoder = encoder;
    this.bridge = typeof bridge === 'string' ? bridges[bridge]({ encoder, decoder }) : bridge;
    this.decoder = decoder;
    this.startToken = startToken;
    this.endToken = endToken;
    this.paddingToken = paddingToken;
  }

  /**
   * Scores of given targets.
   *
   * @param source the encoder's input, int32 `[N, S]` for a `RecurrentEncoder`
   * @param target int32 `[N, T]`, T at least 2; the decoder reads its first T−1 tokens and scores its last T−1 tokens
   */
  forward(source: Tensor, target: Tensor, options: TargetOptions = {}): TargetScores {
    return this.#decode(
      'Seq2Seq.forward',
      source,
      target,
      checkOptions('Seq2Seq.forward', options, targetKinds),
    );
  }

  /**
   * The cross-entropy averaged over the targets' tokens, plus the weighted coverage loss.
   *
   * @throws when shapes, dtypes or options do not fit, or the coverage loss has a weight and the decoder has no
   *   attention
   */
  loss(source: Tensor, target: Tensor, options: LossOptions = {}): Scalar {
    const given = checkOptions('Seq2Seq.loss', options, lossKinds);
    const { labelSmoothing = 0, coverageWeight = 0, ...others } = given;
    if (coverageWeight > 0 && !this.decoder.attends) {
      const fault = `is ${coverageWeight}; the decoder has no attention whose coverage could count`;
      throw new ArgumentError('Seq2Seq.loss', 'coverageWeight', fault);
    }
    return tidyResult(() => {
      const { scores, attention } = this.#decode('Seq2Seq.loss', source, target, others);
      const { paddingToken } = this;
      const said = this.#said(target);
      const loss = sequenceCrossEntropy(scores, said, { paddingToken, labelSmoothing }) as Scalar;
      return coverageWeight > 0
        ? add(loss, mul(coverageLoss(attention!, said, paddingToken), coverageWeight))
        : loss;
    });
  }

  /**
   * The log-probability of given targets, with dropout off.
   *
   * @param target as in `loss`
   */
  async scoreTargets(source: Tensor, target: Tensor, options: SourceOptions = {}): Promise<ScoredTarget[]> {
    const { sourceLengths } = checkOptions('Seq2Seq.scoreTargets', options, sourceKinds);
    return await readTargetScores(
      this.evaluating(() =>
        tidyResult(() => {
          const { scores } = this.#decode('Seq2Seq.scoreTargets', source, target, { sourceLengths });
          return targetLosses(scores, this.#said(target), this.paddingToken);
        }),
      ),
    );
  }

  /**
   * The model as a step scorer for these sources. The caller disposes of it. The search methods make one per search.
   *
   * @param lengths number of steps of each source; by default all steps of the tensor
   */
  scorer(source: Tensor, lengths?: readonly number[]): DecoderScorer {
    checkValue('Seq2Seq.scorer', 'source', source, kind.required(kind.tensor));
    this.#step ??= compileStep(this.decoder);
    const { sourceLengths, ...beginning } = this.evaluating(() => this.#begin(source, lengths));
    return new DecoderScorer(this.decoder, this.#step, beginning, sourceLengths);
  }

  /**
   * Takes the most probable token at each step. Returns one hypothesis in a list for each source: see `greedySearch`.
   */
  greedySearch(source: Tensor, options: ModelSearchOptions<SearchOptions> = {}): Promise<Hypothesis[][]> {
    return this.#search('greedySearch', source, options, (scorer) =>
      greedySearch(scorer, this.#complete(options)),
    );
  }

  /** Returns the best hypotheses of each source: see `beamSearch`. */
  beamSearch(source: Tensor, options: ModelSearchOptions<BeamSearchOptions>): Promise<Hypothesis[][]> {
    return this.#search('beamSearch', source, options, (scorer) =>
      beamSearch(scorer, this.#complete(options)),
    );
  }

  /** Draws the tokens of the hypotheses of each source: see `sampleSearch`. */
  sampleSearch(
    source: Tensor,
    options: ModelSearchOptions<SampleSearchOptions> = {},
  ): Promise<Hypothesis[][]> {
    return this.#search('sampleSearch', source, options, (scorer) =>
      sampleSearch(scorer, this.#complete(options)),
    );
  }

  /**
   * Yields tokens during the search: see `streamTokens`. The request for the first token checks the options and encodes
   * the source.
   */
  async *streamTokens(
    source: Tensor,
    options: ModelStreamOptions = {},
  ): AsyncGenerator<StreamedToken, Hypothesis[][], undefined> {
    using scorer = this.#scorerFor('streamTokens', source, options);
    return yield* streamTokens(scorer, this.#complete(options) as StreamOptions);
  }

  async #search<Found>(
    name: string,
    source: Tensor,
    options: SourceOptions,
    search: (scorer: DecoderScorer) => Promise<Found>,
  ): Promise<Found> {
    using scorer = this.#scorerFor(name, source, options);
    return await search(scorer);
  }

  #scorerFor(name: string, source: Tensor, options: SourceOptions): DecoderScorer {
    checkValue(`Seq2Seq.${name}`, 'options', options, optionsKind);
    const { sourceLengths } = options;
    checkValue(`Seq2Seq.${name}`, 'sourceLengths', sourceLengths, sourceKinds.sourceLengths);
    return this.scorer(source, sourceLengths);
  }

  /** Adds this model's tokens to the options of a search */
  #complete<Options extends ModelSearchOptions<SearchOptions>>(options: Options) {
    const { startToken = this.startToken, endToken = this.endToken, bannedTokens = [], ...others } = options;
    const { sourceLengths: _, ...rest } = others;
    const own = [this.paddingToken, this.startToken].filter((token) => token !== endToken);
    const banned = Array.isArray(bannedTokens) ? [...own, ...bannedTokens] : bannedTokens;
    return { ...rest, startToken, endToken, bannedTokens: banned as readonly number[] };
  }

  /** Frees the parameters and the compiled search step. */
  override dispose(): void {
    this.#step?.dispose();
    super.dispose();
  }

  /** The tokens that the decoder should predict: all but the first */
  #said(target: Tensor): Tensor2D {
    const [rows, steps] = target.shape as [number, number];
    return slice(target as Tensor2D, [0, 1], [rows, steps - 1]);
  }

  #decode(operation: string, source: Tensor, target: Tensor, options: TargetOptions): TargetScores {
    checkTarget(operation, source, target, this.decoder);
    const { sourceLengths, teacherForcing = 1 } = options;
    return tidyResult(() => {
      const { reading, decoder: begin } = this.#begin(source, sourceLengths);
      const [rows, steps] = target.shape as [number, number];
      const read = slice(target as Tensor2D, [0, 0], [rows, steps - 1]);
      if (teacherForcing < 1) return decodeWithForcing(this.decoder, read, reading, begin, teacherForcing);
      const { vectors, attention } = this.decoder.forward(read, reading, begin);
      return { scores: this.decoder.scores(vectors) as Tensor3D, attention };
    });
  }

  /** Encodes sources. Returns the decoder's reading of them, and its state before the first token. */
  #begin(source: Tensor, lengths: readonly number[] | undefined) {
    return tidyResult((): Beginning & { sourceLengths: readonly number[] } => {
      const memory = this.encoder.forward(source, lengths);
      const reading = this.decoder.read(memory);
      const states = this.bridge.forward(memory.states);
      const decoder = this.decoder.begin(states, reading, memory.lengths.length);
      return { reading, decoder, sourceLengths: memory.lengths };
    });
  }
}

const optionsKind = kind.required({ ...kind.record, expected: 'an object with options' });

const bridges = {
  none: (ends: { encoder: Encoder; decoder: Decoder }) => new IdentityBridge(ends),
  zero: () => new ZeroBridge(),
  dense: (ends: { encoder: Encoder; decoder: Decoder }) => new DenseBridge(ends),
};
