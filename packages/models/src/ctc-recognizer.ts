import { type Scalar, type Tensor, type Tensor3D, transpose } from '@tensorflow/tfjs-core';
import { checkDtype, checkOptions, checkRank, checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { logSoftmax, tidyResult } from '@unroll/backend/operations';
import { ctcLoss, Dropout, Linear, Module } from '@unroll/nn';
import {
  type CtcHypothesis,
  ctcBeamSearch,
  ctcGreedySearch,
  type Encoder,
  type Memory,
} from '@unroll/seq2seq';
import {
  type CtcRecognizerOptions,
  checkTargets,
  lossKinds,
  type RecognitionLossOptions,
  type RecognitionOptions,
  recognitionKinds,
  recognizerKinds,
} from './ctc-recognizer-options.ts';
import { type LengthOptions, lengthKinds } from './source-lengths.ts';

/**
 * Many to many, without an alignment: a shorter sequence of tokens for a longer one of steps, such as the letters of
 * speech or of handwriting. `log p_s = logSoftmax(W·dropout(encoder(source)_s) + b)`, trained by `ctcLoss`: Graves et al.,
 * "Connectionist temporal classification" (2006). State dict keys: `encoder.…`, `output.weight [V, E]`,
 * `output.bias [V]`.
 *
 * @example
 * const rnn = new nn.LSTM({ inputSize: 2 * 40, hiddenSize: 128, bidirectional: true });
 * const model = new CtcRecognizer({ encoder: new FeatureEncoder({ rnn, stack: 2 }), numClasses: 29 });
 * const loss = await trainingStep(optimizer, () => model.loss(frames, letters, { lengths, targetLengths }));
 * const [[best]] = await model.predict(frames, { lengths, beamSize: 10 }); // { tokens: [8, 5, 12, 12, 15], logProb, score }
 */
export class CtcRecognizer extends Module {
  readonly encoder: Encoder;
  readonly dropout: Dropout;
  readonly output: Linear;
  readonly blank: number;

  /** @throws where an option is invalid */
  constructor(options: CtcRecognizerOptions) {
    super();
    const {
      encoder,
      numClasses,
      blank = 0,
      dropout = 0,
    } = checkOptions('CtcRecognizer', options, recognizerKinds);
    checkValue('CtcRecognizer', 'blank', blank, kind.classBelow(numClasses));
    this.encoder = encoder;
    this.dropout = new Dropout({ p: dropout });
    this.output = new Linear({ inFeatures: encoder.outputSize, outFeatures: numClasses });
    this.blank = blank;
  }

  override extraRepr(): string {
    return this.blank === 0 ? '' : `blank=${this.blank}`;
  }

  /**
   * @param source the encoder's input, float32 `[N, S, F]` for a `FeatureEncoder`
   * @returns the log-probabilities of the classes at each step of the encoder's output: `[N, S', V]`
   * @throws where the source or the lengths do not fit the encoder
   */
  forward(source: Tensor, options: LengthOptions = {}): Tensor3D {
    const { lengths } = checkOptions('CtcRecognizer.forward', options, lengthKinds);
    return tidyResult(() => this.#logProbs(this.encoder.forward(source, lengths)));
  }

  /**
   * The CTC loss: each source's negative log-likelihood divided by the length of its target, averaged over the sources.
   *
   * @param targets int32 `[N, T]` of tokens without blanks; those past a target's length in `targetLengths` are not read
   * @throws where the source, the targets or an option do not fit
   */
  loss(source: Tensor, targets: Tensor, options: RecognitionLossOptions = {}): Scalar {
    const given = checkOptions('CtcRecognizer.loss', options, lossKinds);
    const { lengths, targetLengths, zeroInfinity } = given;
    checkDtype('CtcRecognizer.loss', 'targets', targets, 'int32');
    checkRank('CtcRecognizer.loss', 'targets', targets, 2, ', [N, T]');
    checkValue('CtcRecognizer.loss', 'source', source, kind.required(kind.tensor));
    const [rows, longest] = targets.shape as [number, number];
    const counts = targetLengths ?? new Array<number>(rows).fill(longest);
    checkTargets('CtcRecognizer.loss', targets, counts, { sources: source.shape[0]!, blank: this.blank });
    return tidyResult(() => {
      const memory = this.encoder.forward(source, lengths);
      const logProbs = transpose(this.#logProbs(memory), [1, 0, 2]); // [S', N, V]
      const { blank } = this;
      return ctcLoss(logProbs, targets, memory.lengths, counts, { blank, zeroInfinity }) as Scalar;
    });
  }

  /**
   * The most probable tokens of each source, with dropout off: of the best path, or with `beamSize` of a prefix beam
   * search.
   *
   * @throws (rejects) where the source or an option does not fit, or an option of a beam is given without `beamSize`
   */
  async predict(source: Tensor, options: RecognitionOptions = {}): Promise<CtcHypothesis[][]> {
    const given = checkOptions('CtcRecognizer.predict', options, recognitionKinds);
    const { lengths, beamSize, ...others } = given;
    const [lonely] = beamSize === undefined ? Object.keys(others) : [];
    if (lonely) {
      throw new ArgumentError(
        'CtcRecognizer.predict',
        lonely,
        'is given without beamSize; the best path has none',
      );
    }
    const { logProbs, counts } = this.evaluating(() =>
      tidyResult(() => {
        const memory = this.encoder.forward(source, lengths);
        return { logProbs: this.#logProbs(memory), counts: memory.lengths };
      }),
    );
    const [, steps, vocabularySize] = logProbs.shape;
    try {
      const numbers = (await logProbs.data()) as Float32Array;
      const size = steps * vocabularySize;
      const rows = counts.map((_, row) => numbers.subarray(row * size, (row + 1) * size));
      const search = { vocabularySize, blank: this.blank, lengths: counts };
      return beamSize === undefined
        ? ctcGreedySearch(rows, search)
        : ctcBeamSearch(rows, { ...search, ...others, beamSize });
    } finally {
      logProbs.dispose();
    }
  }

  #logProbs({ values }: Memory): Tensor3D {
    return logSoftmax(this.output.forward(this.dropout.forward(values)));
  }
}
