import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { checkDtype, checkExactShape, checkOptions, kind } from '@unroll/backend/checks';
import { tidyResult } from '@unroll/backend/operations';
import { crossEntropy, Dropout, Linear, Module } from '@unroll/nn';
import type { Encoder } from '@unroll/seq2seq';
import { encoderKind } from '@unroll/seq2seq/checks';
import { checkClasses } from './check-classes.ts';
import { type Classification, readClassifications } from './classification.ts';
import type { Pooling } from './pooling/pooling.ts';
import { type PoolingChoice, poolingKind, poolingOf } from './pooling/pooling-choice.ts';
import { type LengthOptions, lengthKinds } from './source-lengths.ts';

export interface SequenceClassifierOptions {
  /** Reads the sources */
  encoder: Encoder;
  /** C, the number of classes */
  numClasses: number;
  /**
   * What is classified: the encoder's 'last' states, the 'mean' or 'max' of its outputs over the steps, an 'attention'
   * over them, or your own. Default 'last'.
   */
  pooling?: PoolingChoice | undefined;
  /** Probability of zeroing, in training, an element of the pooled vector. Default 0. */
  dropout?: number | undefined;
}

export interface ClassificationLossOptions extends LengthOptions {
  /** ε in [0, 1]: the part of each target that is spread evenly over all classes. Default 0. */
  labelSmoothing?: number | undefined;
  /** The weight of each class, float32 `[C]`. Default: all 1. */
  weight?: Tensor | undefined;
}

const kinds = {
  encoder: kind.required(encoderKind),
  numClasses: kind.required(kind.whole(1)),
  pooling: poolingKind,
  dropout: kind.probability,
};

const lossKinds = { ...lengthKinds, labelSmoothing: kind.inside('[0, 1]'), weight: kind.tensor };

/**
 * Many to one: a class for each sequence. `scores = W·dropout(pooling(encoder(source))) + b`. State dict keys:
 * `encoder.…`, `pooling.…` where the pooling has parameters, `output.weight [C, …]`, `output.bias [C]`.
 *
 * @example
 * const model = new SequenceClassifier({
 *   encoder: new RecurrentEncoder({
 *     embedding: new nn.Embedding({ numEmbeddings: 5000, embeddingDim: 64, paddingIdx: 0 }),
 *     rnn: new nn.LSTM({ inputSize: 64, hiddenSize: 64, bidirectional: true }),
 *   }),
 *   numClasses: 2,
 *   pooling: 'max',
 * });
 * const { tokens, lengths } = tokenBatch([[5, 7, 9], [4]], { paddingToken: 0 });
 * const loss = await trainingStep(optimizer, () => model.loss(tokens, tf.tensor1d([1, 0], 'int32'), { lengths }));
 * const [first] = await model.predict(tokens, { lengths }); // { label: 1, probability: 0.93, probabilities }
 */
export class SequenceClassifier extends Module {
  readonly encoder: Encoder;
  readonly pooling: Pooling;
  readonly dropout: Dropout;
  readonly output: Linear;

  /** @throws where an option is invalid */
  constructor(options: SequenceClassifierOptions) {
    super();
    const given = checkOptions('SequenceClassifier', options, kinds);
    const { encoder, numClasses, pooling = 'last', dropout = 0 } = given;
    this.encoder = encoder;
    this.pooling = poolingOf(pooling, encoder);
    this.dropout = new Dropout({ p: dropout });
    this.output = new Linear({ inFeatures: this.pooling.outputSize, outFeatures: numClasses });
  }

  /**
   * @param source the encoder's input, int32 `[N, S]` for a `RecurrentEncoder`
   * @returns the scores of the classes, before the softmax: `[N, C]`
   * @throws where the source or the lengths do not fit the encoder
   */
  forward(source: Tensor, options: LengthOptions = {}): Tensor2D {
    const { lengths } = checkOptions('SequenceClassifier.forward', options, lengthKinds);
    return tidyResult(() => this.#scores(source, lengths));
  }

  /**
   * The mean cross-entropy.
   *
   * @param labels int32 `[N]`, each a class in 0…C−1, or −100 where a source does not count
   * @throws where the source, the labels or an option do not fit
   */
  loss(source: Tensor, labels: Tensor, options: ClassificationLossOptions = {}): Scalar {
    const { lengths, ...others } = checkOptions('SequenceClassifier.loss', options, lossKinds);
    checkDtype('SequenceClassifier.loss', 'labels', labels, 'int32');
    return tidyResult(() => {
      const scores = this.#scores(source, lengths);
      checkExactShape('SequenceClassifier.loss', 'labels', labels, [scores.shape[0]], ', one class a source');
      checkClasses('SequenceClassifier.loss', 'labels', labels, { size: scores.shape[1], noun: 'classes' });
      return crossEntropy(scores, labels as Tensor1D, others) as Scalar;
    });
  }

  /** The most probable class of each source, with dropout off. */
  async predict(source: Tensor, options: LengthOptions = {}): Promise<Classification[]> {
    const { lengths } = checkOptions('SequenceClassifier.predict', options, lengthKinds);
    return await readClassifications(
      'SequenceClassifier.predict',
      this.evaluating(() => tidyResult(() => this.#scores(source, lengths))),
    );
  }

  #scores(source: Tensor, lengths: readonly number[] | undefined): Tensor2D {
    const pooled = this.pooling.forward(this.encoder.forward(source, lengths));
    return this.output.forward(this.dropout.forward(pooled));
  }
}
