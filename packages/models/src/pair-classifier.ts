import { abs, concat, mul, relu, type Scalar, sub, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import {
  checkDtype,
  checkExactShape,
  checkOptions,
  checkValue,
  kind,
  shapeText,
} from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { tidyResult } from '@unroll/backend/operations';
import { crossEntropy, Dropout, Linear, Module } from '@unroll/nn';
import type { Encoder, Memory } from '@unroll/seq2seq';
import { Alignment } from './alignment.ts';
import { checkClasses } from './check-classes.ts';
import { type Classification, readClassifications } from './classification.ts';
import {
  classifierKinds,
  lossKinds,
  type PairClassifierOptions,
  type PairLossOptions,
  type PairOptions,
  pairKinds,
} from './pair-classifier-options.ts';
import type { Pooling } from './pooling/pooling.ts';
import { poolingOf } from './pooling/pooling-choice.ts';

/**
 * A class for each pair of sequences, such as whether one sentence follows from the other. One encoder reads both. Of
 * their vectors u and v, `scores = W₂·relu(W₁ [u; v; |u − v|; u ∘ v] + b₁) + b₂`: Conneau et al., "Supervised learning
 * of universal sentence representations" (2017). State dict keys: `encoder.…`, `alignment.compare.…`, `pooling.…`,
 * `hidden.weight [H, 4U]`, `hidden.bias [H]`, `output.weight [C, H]`, `output.bias [C]`.
 *
 * @example
 * const model = new PairClassifier({ encoder, numClasses: 3, hiddenSize: 128, alignment: true, dropout: 0.3 });
 * const lengths = { firstLengths: first.lengths, secondLengths: second.lengths };
 * const loss = await trainingStep(optimizer, () => model.loss(first.tokens, second.tokens, labels, lengths));
 * const [{ label }] = await model.predict(first.tokens, second.tokens, lengths);
 */
export class PairClassifier extends Module {
  readonly encoder: Encoder;
  readonly alignment?: Alignment;
  readonly pooling: Pooling;
  readonly dropout: Dropout;
  readonly hidden: Linear;
  readonly output: Linear;

  /** @throws where an option is invalid, or the pooling of aligned steps is 'last' */
  constructor(options: PairClassifierOptions) {
    super();
    const given = checkOptions('PairClassifier', options, classifierKinds);
    const { encoder, numClasses, hiddenSize, pooling = 'max', alignment = false, dropout = 0 } = given;
    if (alignment && [pooling].flat().includes('last')) {
      const fault = "is 'last'; aligned steps have no last state: expected 'mean', 'max' or 'attention'";
      throw new ArgumentError('PairClassifier', 'pooling', fault);
    }
    const { outputSize, stateSizes } = encoder;
    this.encoder = encoder;
    if (alignment) this.alignment = new Alignment({ inputSize: outputSize, outputSize: hiddenSize, dropout });
    this.pooling = poolingOf(pooling, { outputSize: alignment ? hiddenSize : outputSize, stateSizes });
    this.dropout = new Dropout({ p: dropout });
    this.hidden = new Linear({ inFeatures: 4 * this.pooling.outputSize, outFeatures: hiddenSize });
    this.output = new Linear({ inFeatures: hiddenSize, outFeatures: numClasses });
  }

  /**
   * @param first the encoder's input, int32 `[N, S]` for a `RecurrentEncoder`
   * @param second the same, `[N, S']`
   * @returns the scores of the classes, before the softmax: `[N, C]`
   * @throws where the sources or the lengths do not fit the encoder or one another
   */
  forward(first: Tensor, second: Tensor, options: PairOptions = {}): Tensor2D {
    const given = checkOptions('PairClassifier.forward', options, pairKinds);
    return tidyResult(() => this.#scores('PairClassifier.forward', first, second, given));
  }

  /**
   * The mean cross-entropy.
   *
   * @param labels int32 `[N]`, each a class in 0…C−1, or −100 where a pair does not count
   * @throws where the sources, the labels or an option do not fit
   */
  loss(first: Tensor, second: Tensor, labels: Tensor, options: PairLossOptions = {}): Scalar {
    const { labelSmoothing, ...lengths } = checkOptions('PairClassifier.loss', options, lossKinds);
    checkDtype('PairClassifier.loss', 'labels', labels, 'int32');
    return tidyResult(() => {
      const scores = this.#scores('PairClassifier.loss', first, second, lengths);
      checkExactShape('PairClassifier.loss', 'labels', labels, [scores.shape[0]], ', one class a pair');
      checkClasses('PairClassifier.loss', 'labels', labels, { size: scores.shape[1], noun: 'classes' });
      return crossEntropy(scores, labels, { labelSmoothing }) as Scalar;
    });
  }

  /** The most probable class of each pair, with dropout off. */
  async predict(first: Tensor, second: Tensor, options: PairOptions = {}): Promise<Classification[]> {
    const given = checkOptions('PairClassifier.predict', options, pairKinds);
    const scores = () => tidyResult(() => this.#scores('PairClassifier.predict', first, second, given));
    return await readClassifications('PairClassifier.predict', this.evaluating(scores));
  }

  #scores(operation: string, first: Tensor, second: Tensor, lengths: PairOptions): Tensor2D {
    checkValue(operation, 'first', first, kind.required(kind.tensor));
    checkValue(operation, 'second', second, kind.required(kind.tensor));
    if (first.shape[0] !== second.shape[0]) {
      const fault = `has ${second.shape[0]} rows (shape ${shapeText(second.shape)}); first has ${first.shape[0]}`;
      throw new ArgumentError(operation, 'second', fault);
    }
    const one = this.#encoded(operation, 'first', first, lengths.firstLengths);
    const other = this.#encoded(operation, 'second', second, lengths.secondLengths);
    const u = this.pooling.forward(this.alignment?.forward(one, other) ?? one);
    const v = this.pooling.forward(this.alignment?.forward(other, one) ?? other);
    const features = concat([u, v, abs(sub(u, v)), mul(u, v)], 1) as Tensor2D; // [N, 4U]
    const hidden = relu(this.hidden.forward(this.dropout.forward(features)));
    return this.output.forward(this.dropout.forward(hidden));
  }

  /** The memory of the first or the second source. An error names which. */
  #encoded(
    operation: string,
    name: 'first' | 'second',
    source: Tensor,
    lengths: readonly number[] | undefined,
  ): Memory {
    try {
      return this.encoder.forward(source, lengths);
    } catch (error) {
      if (!(error instanceof ArgumentError)) throw error;
      throw new ArgumentError(operation, name, `does not fit the encoder: ${error.message}`, {
        cause: error,
      });
    }
  }
}
