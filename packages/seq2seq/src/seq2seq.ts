import {
  add,
  mul,
  type Scalar,
  slice,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { checkDtype, checkOptions, checkRank, kind, shapeText } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { tidyResult } from '@unroll/backend/operations';
import { Module } from '@unroll/nn';
import type { Decoder } from './decoder/decoder.ts';
import { decodeWithForcing } from './decoder/scheduled-sampling.ts';
import { type Bridge, DenseBridge, IdentityBridge, ZeroBridge } from './encoder/bridge.ts';
import type { Encoder } from './encoder/encoder.ts';
import { coverageLoss } from './losses/coverage-loss.ts';
import { sequenceCrossEntropy } from './losses/sequence-cross-entropy.ts';
import { moduleDoing } from './module-kinds.ts';

export interface Seq2SeqOptions {
  encoder: Encoder;
  decoder: Decoder;
  /**
   * How the decoder's first states come from the encoder's last ones: 'none', as they are; 'zero', not at all; 'dense', a
   * `DenseBridge`; or a bridge of one's own. Default 'none'.
   */
  bridge?: 'none' | 'zero' | 'dense' | Bridge | undefined;
  /** The token that every target begins with */
  startToken: number;
  /** The token that every target ends with */
  endToken: number;
  /** The token that fills targets up to the length of the longest */
  paddingToken: number;
}

const bridgeNames = ['none', 'zero', 'dense'];
const token = kind.required(kind.whole(0));
const kinds = {
  encoder: kind.required(moduleDoing('an Encoder', 'forward')),
  decoder: kind.required(moduleDoing('a Decoder', 'read', 'begin', 'forward', 'step', 'scores')),
  bridge: kind.either(kind.choice(...bridgeNames), moduleDoing('a Bridge', 'forward')),
  startToken: token,
  endToken: token,
  paddingToken: token,
};

export interface TargetOptions {
  /** Steps of each source; absent: all that there are */
  sourceLengths?: readonly number[] | undefined;
  /**
   * The probability with which a step reads the target's own token instead of what the model has said: see
   * `TeacherForcingSchedule`. Below 1, steps follow one another. Default 1.
   */
  teacherForcing?: number | undefined;
}

export interface LossOptions extends TargetOptions {
  /** ε in [0, 1]: how much of each target is spread evenly over all tokens. Default 0. */
  labelSmoothing?: number | undefined;
  /** λ of at least 0: how much the coverage loss counts beside the cross-entropy. Default 0. */
  coverageWeight?: number | undefined;
}

const targetKinds = { sourceLengths: kind.listOf(kind.whole(1)), teacherForcing: kind.probability };
const lossKinds = { ...targetKinds, labelSmoothing: kind.inside('[0, 1]'), coverageWeight: kind.atLeast(0) };

/** What a model says of given targets. */
export interface TargetScores {
  /** `[N, T−1, V]`: scores for each token after the first, before the softmax */
  readonly scores: Tensor3D;
  /** `[N, T−1, S]`; absent without attention */
  readonly attention?: Tensor3D | undefined;
}

/**
 * An encoder that reads a source and a decoder that says a target. Keys: `encoder.…`, `bridge.…`, `decoder.…`.
 *
 * Sources and targets are batches of tokens, int32 `[N, S]` and `[N, T]`; every target begins with the start token and has the end token
 * before its padding: `[[start, 5, 7, end, padding], …]`.
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

  /** @throws where an option is not what it has to be, a token is none of the decoder's, or the bridge is 'none' and states differ */
  constructor(options: Seq2SeqOptions) {
    super();
    const given = checkOptions('Seq2Seq', options, kinds);
    const { encoder, decoder, bridge = 'none', startToken, endToken, paddingToken } = given;
    checkTokens(decoder.vocabularySize, { startToken, endToken, paddingToken });
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
   * @param source what the encoder takes, int32 `[N, S]` for a `RecurrentEncoder`
   * @param target int32 `[N, T]`, T of at least 2; its first T−1 tokens are read, its last T−1 are scored
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
   * The mean over the targets' tokens of the cross-entropy, with the coverage loss where it counts.
   *
   * @throws where shapes, dtypes or options do not fit, or where coverage is to count and there is no attention
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

  /** The tokens that are to be said: all but the first */
  #said(target: Tensor): Tensor2D {
    const [rows, steps] = target.shape as [number, number];
    return slice(target as Tensor2D, [0, 1], [rows, steps - 1]);
  }

  #decode(operation: string, source: Tensor, target: Tensor, options: TargetOptions): TargetScores {
    checkTarget(operation, source, target);
    const { sourceLengths, teacherForcing = 1 } = options;
    return tidyResult(() => {
      const memory = this.encoder.forward(source, sourceLengths);
      const [rows, steps] = target.shape as [number, number];
      const read = slice(target as Tensor2D, [0, 0], [rows, steps - 1]);
      const reading = this.decoder.read(memory);
      const begin = this.decoder.begin(this.bridge.forward(memory.states), reading, rows);
      if (teacherForcing < 1) return decodeWithForcing(this.decoder, read, reading, begin, teacherForcing);
      const { vectors, attention } = this.decoder.forward(read, reading, begin);
      return { scores: this.decoder.scores(vectors) as Tensor3D, attention };
    });
  }
}

const bridges = {
  none: (ends: { encoder: Encoder; decoder: Decoder }) => new IdentityBridge(ends),
  zero: () => new ZeroBridge(),
  dense: (ends: { encoder: Encoder; decoder: Decoder }) => new DenseBridge(ends),
};

function checkTokens(vocabularySize: number, tokens: Readonly<Record<string, number>>): void {
  for (const [argument, value] of Object.entries(tokens)) {
    if (value >= vocabularySize) {
      const fault = `is ${value}; the decoder has tokens 0 to ${vocabularySize - 1}`;
      throw new ArgumentError('Seq2Seq', argument, fault);
    }
  }
}

function checkTarget(operation: string, source: Tensor, target: Tensor): void {
  checkDtype(operation, 'target', target, 'int32');
  checkRank(operation, 'target', target, 2, ', [N, T]');
  const [rows, steps] = target.shape as [number, number];
  if (steps < 2) {
    const fault = `has shape ${shapeText(target.shape)}; expected at least 2 tokens each, the start token and another`;
    throw new ArgumentError(operation, 'target', fault);
  }
  if (rows !== source.shape[0]) {
    const fault = `has ${rows} rows (shape ${shapeText(target.shape)}); there are ${source.shape[0]} sources`;
    throw new ArgumentError(operation, 'target', fault);
  }
}
