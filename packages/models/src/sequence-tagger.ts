import {
  argMax,
  cast,
  div,
  mul,
  notEqual,
  reshape,
  type Scalar,
  slice,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { checkDtype, checkExactShape, checkOptions, kind } from '@unroll/backend/checks';
import { tidyResult } from '@unroll/backend/operations';
import { crossEntropy, Dropout, Linear, Module } from '@unroll/nn';
import type { Encoder, Memory } from '@unroll/seq2seq';
import { encoderKind } from './encoder-kind.ts';
import { type LengthOptions, lengthsKind } from './source-lengths.ts';

/** The class index that does not count in a loss, as in `crossEntropy` */
const IGNORED = -100;

export interface SequenceTaggerOptions {
  /** Reads the sources */
  encoder: Encoder;
  /** K, the number of tags */
  numTags: number;
  /** Probability of zeroing, in training, an element of the encoder's output. Default 0. */
  dropout?: number | undefined;
}

export interface TaggingLossOptions extends LengthOptions {
  /** ε in [0, 1]: the part of each target that is spread evenly over all tags. Default 0. */
  labelSmoothing?: number | undefined;
}

const kinds = {
  encoder: kind.required(encoderKind),
  numTags: kind.required(kind.whole(1)),
  dropout: kind.probability,
};

const lengthKinds = { lengths: lengthsKind };
const lossKinds = { ...lengthKinds, labelSmoothing: kind.inside('[0, 1]') };

/**
 * Many to many, aligned: a tag for each step of a sequence. `scores_s = W·dropout(encoder(source)_s) + b`. State dict
 * keys: `encoder.…`, `output.weight [K, E]`, `output.bias [K]`.
 *
 * @example
 * const model = new SequenceTagger({
 *   encoder: new RecurrentEncoder({
 *     embedding: new nn.Embedding({ numEmbeddings: 5000, embeddingDim: 64, paddingIdx: 0 }),
 *     rnn: new nn.LSTM({ inputSize: 64, hiddenSize: 64, bidirectional: true }),
 *   }),
 *   numTags: 17,
 * });
 * const loss = await trainingStep(optimizer, () => model.loss(words, tags, { lengths }));
 * const [tagsOfFirst] = await model.predict(words, { lengths }); // [4, 9, 1]
 */
export class SequenceTagger extends Module {
  readonly encoder: Encoder;
  readonly dropout: Dropout;
  readonly output: Linear;

  /** @throws where an option is invalid */
  constructor(options: SequenceTaggerOptions) {
    super();
    const { encoder, numTags, dropout = 0 } = checkOptions('SequenceTagger', options, kinds);
    this.encoder = encoder;
    this.dropout = new Dropout({ p: dropout });
    this.output = new Linear({ inFeatures: encoder.outputSize, outFeatures: numTags });
  }

  /**
   * @param source the encoder's input, int32 `[N, S]` for a `RecurrentEncoder`
   * @returns the scores of the tags, before the softmax: `[N, S, K]`; with lengths, S is the greatest length
   * @throws where the source or the lengths do not fit the encoder
   */
  forward(source: Tensor, options: LengthOptions = {}): Tensor3D {
    const { lengths } = checkOptions('SequenceTagger.forward', options, lengthKinds);
    return tidyResult(() => this.#scores(this.encoder.forward(source, lengths)));
  }

  /**
   * The cross-entropy averaged over the steps that count.
   *
   * @param tags int32 `[N, S]`, each a tag in 0…K−1, or −100 where a step does not count; past a source's length any of these
   * @throws where the source, the tags or an option do not fit
   */
  loss(source: Tensor, tags: Tensor, options: TaggingLossOptions = {}): Scalar {
    const { lengths, ...others } = checkOptions('SequenceTagger.loss', options, lossKinds);
    checkDtype('SequenceTagger.loss', 'tags', tags, 'int32');
    checkExactShape('SequenceTagger.loss', 'tags', tags, source.shape.slice(0, 2), ', a tag for each step');
    return tidyResult(() => {
      const memory = this.encoder.forward(source, lengths);
      const [rows, steps] = memory.values.shape;
      const scores = reshape(this.#scores(memory), [rows * steps, this.output.outFeatures]);
      const wanted = reshape(slice(tags as Tensor2D, [0, 0], [rows, steps]), [rows * steps]);
      const losses = crossEntropy(scores, wanted, { ...others, ignoreIndex: IGNORED, reduction: 'none' });
      const tagged = cast(notEqual(wanted, IGNORED), 'float32');
      const counts = memory.mask ? mul(tagged, reshape(memory.mask, [rows * steps])) : tagged;
      return div(sum(mul(losses, counts)), sum(counts)) as Scalar;
    });
  }

  /** The most probable tags of each source, as many as it has steps, with dropout off. */
  async predict(source: Tensor, options: LengthOptions = {}): Promise<number[][]> {
    const { lengths } = checkOptions('SequenceTagger.predict', options, lengthKinds);
    const { best, counts } = this.evaluating(() =>
      tidyResult(() => {
        const memory = this.encoder.forward(source, lengths);
        return { best: argMax(this.#scores(memory), 2) as Tensor2D, counts: memory.lengths };
      }),
    );
    try {
      const tags = await best.data();
      const steps = best.shape[1];
      return counts.map((count, row) => Array.from(tags.subarray(row * steps, row * steps + count)));
    } finally {
      best.dispose();
    }
  }

  #scores({ values }: Memory): Tensor3D {
    return this.output.forward(this.dropout.forward(values));
  }
}
