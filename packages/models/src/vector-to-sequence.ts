import type { Scalar, Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { checkDtype, checkOptions, checkRank, checkValue, kind, shapeText } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { tidyResult } from '@unroll/backend/operations';
import { Identity, Module, type UnaryModule } from '@unroll/nn';
import { type Hypothesis, Seq2Seq, VectorEncoder } from '@unroll/seq2seq';
import {
  beamOptions,
  lossKinds,
  predictionKinds,
  type SequenceLossOptions,
  type SequencePredictionOptions,
  type VectorToSequenceOptions,
  vectorToSequenceKinds,
} from './vector-to-sequence-options.ts';

/**
 * One to many: a sequence of tokens for each vector, such as the words of a caption for a picture. The decoder begins in
 * the states `tanh(W·features(input) + b)`: Vinyals et al., "Show and tell" (2015). State dict keys: `features.…`,
 * `seq2seq.bridge.…`, `seq2seq.decoder.…`.
 *
 * Every target begins with the start token and has the end token before its padding: `[[start, 5, 7, end, padding], …]`.
 *
 * @example
 * const model = new VectorToSequence({
 *   vectorSize: 8,
 *   decoder: new RecurrentDecoder({
 *     embedding: new nn.Embedding({ numEmbeddings: 500, embeddingDim: 32, paddingIdx: 0 }),
 *     rnn: new nn.LSTM({ inputSize: 32, hiddenSize: 64 }),
 *   }),
 *   paddingToken: 0,
 *   startToken: 1,
 *   endToken: 2,
 * });
 * const loss = await trainingStep(optimizer, () => model.loss(tf.randomNormal([2, 8]), target));
 * const [[best]] = await model.predict(tf.randomNormal([1, 8]), { beamSize: 5 }); // { tokens: [17, 4], logProb, score }
 */
export class VectorToSequence extends Module {
  readonly features: UnaryModule;
  readonly seq2seq: Seq2Seq;
  readonly vectorSize: number;

  /** @throws where an option is invalid, or the decoder does not have a token */
  constructor(options: VectorToSequenceOptions) {
    super();
    const given = checkOptions('VectorToSequence', options, vectorToSequenceKinds);
    const { features = new Identity(), vectorSize, ...others } = given;
    this.features = features;
    this.vectorSize = vectorSize;
    const encoder = new VectorEncoder({ inputSize: vectorSize });
    this.seq2seq = new Seq2Seq({ encoder, bridge: 'dense', ...others });
  }

  /**
   * @param inputs the input of `features`, or vectors float32 `[N, F]`
   * @param target int32 `[N, T]`, T at least 2; the decoder reads its first T−1 tokens and scores its last T−1 tokens
   * @returns the scores of the tokens, before the softmax: `[N, T−1, V]`
   * @throws where the inputs or the targets do not fit
   */
  forward(inputs: Tensor, target: Tensor): Tensor3D {
    return tidyResult(() => {
      const vectors = this.#vectors('VectorToSequence.forward', inputs);
      checkTarget('VectorToSequence.forward', vectors, target);
      return this.seq2seq.forward(vectors, target).scores;
    });
  }

  /**
   * The cross-entropy averaged over the targets' tokens.
   *
   * @param target as in `forward`
   * @throws where the inputs, the targets or an option do not fit
   */
  loss(inputs: Tensor, target: Tensor, options: SequenceLossOptions = {}): Scalar {
    const given = checkOptions('VectorToSequence.loss', options, lossKinds);
    return tidyResult(() => {
      const vectors = this.#vectors('VectorToSequence.loss', inputs);
      checkTarget('VectorToSequence.loss', vectors, target);
      return this.seq2seq.loss(vectors, target, given);
    });
  }

  /**
   * The most probable tokens of each input, with dropout off: one hypothesis by a greedy search, or with `beamSize` the
   * `nBest` of a beam search.
   *
   * @throws (rejects) where the inputs or an option do not fit, or an option of a beam is given without `beamSize`
   */
  async predict(inputs: Tensor, options: SequencePredictionOptions = {}): Promise<Hypothesis[][]> {
    const given = checkOptions('VectorToSequence.predict', options, predictionKinds);
    const { beamSize, ...others } = given;
    const lonely = beamOptions.find((name) => others[name] !== undefined);
    if (beamSize === undefined && lonely) {
      const fault = 'is given without beamSize; a greedy search has none';
      throw new ArgumentError('VectorToSequence.predict', lonely, fault);
    }
    const vectors = this.evaluating(() =>
      tidyResult(() => this.#vectors('VectorToSequence.predict', inputs).clone()),
    );
    try {
      return beamSize === undefined
        ? await this.seq2seq.greedySearch(vectors, others)
        : await this.seq2seq.beamSearch(vectors, { ...others, beamSize });
    } finally {
      vectors.dispose();
    }
  }

  /** `[N, F]` */
  #vectors(operation: string, inputs: Tensor): Tensor2D {
    checkValue(operation, 'inputs', inputs, kind.required(kind.tensor));
    const vectors = this.features.forward(inputs);
    const { shape, dtype } = vectors;
    if (dtype === 'float32' && shape.length === 2 && shape[1] === this.vectorSize) return vectors as Tensor2D;
    const made = this.features instanceof Identity ? 'has' : 'makes features of';
    const fault = `${made} shape ${shapeText(shape)}, ${dtype}; expected [N, ${this.vectorSize}], float32`;
    throw new ArgumentError(operation, 'inputs', fault);
  }
}

function checkTarget(operation: string, vectors: Tensor2D, target: Tensor): void {
  checkDtype(operation, 'target', target, 'int32');
  checkRank(operation, 'target', target, 2, ', [N, T]');
  if (target.shape[0] === vectors.shape[0]) return;
  const fault = `has ${target.shape[0]} rows (shape ${shapeText(target.shape)}); there are ${vectors.shape[0]} inputs`;
  throw new ArgumentError(operation, 'target', fault);
}
