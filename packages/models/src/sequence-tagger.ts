import {
  argMax,
  type Scalar,
  slice,
  softmax,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { checkDtype, checkExactShape, checkOptions, checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { tidyResult } from '@unroll/backend/operations';
import { Dropout, Linear, Module } from '@unroll/nn';
import type { Encoder, Memory } from '@unroll/seq2seq';
import { alignedMemory } from './aligned-memory.ts';
import { checkClasses } from './check-classes.ts';
import { checkScores } from './check-scores.ts';
import { LinearChainCrf } from './crf/linear-chain-crf.ts';
import { readSteps } from './read-steps.ts';
import {
  lossKinds,
  type SequenceTaggerOptions,
  type TaggingLossOptions,
  taggerKinds,
} from './sequence-tagger-options.ts';
import { type LengthOptions, lengthKinds } from './source-lengths.ts';
import { stepCrossEntropy } from './step-cross-entropy.ts';

/**
 * Many to many, aligned: a tag for each step of a sequence. `scores_s = W·dropout(encoder(source)_s) + b`. State dict
 * keys: `encoder.…`, `output.weight [K, E]`, `output.bias [K]`, and those of a `LinearChainCrf` under `crf.`.
 *
 * @example
 * const model = new SequenceTagger({ encoder, numTags: 17, crf: true });
 * const loss = await trainingStep(optimizer, () => model.loss(words, tags, { lengths }));
 * const [tagsOfFirst] = await model.predict(words, { lengths }); // [4, 9, 1]
 */
export class SequenceTagger extends Module {
  readonly encoder: Encoder;
  readonly dropout: Dropout;
  readonly output: Linear;
  readonly crf?: LinearChainCrf;

  /** @throws where an option is invalid */
  constructor(options: SequenceTaggerOptions) {
    super();
    const {
      encoder,
      numTags,
      dropout = 0,
      crf = false,
    } = checkOptions('SequenceTagger', options, taggerKinds);
    this.encoder = encoder;
    this.dropout = new Dropout({ p: dropout });
    this.output = new Linear({ inFeatures: encoder.outputSize, outFeatures: numTags });
    if (crf) this.crf = new LinearChainCrf({ numTags });
  }

  /**
   * @param source the encoder's input, int32 `[N, S]` for a `RecurrentEncoder`
   * @returns the scores of the tags, before the softmax: `[N, S, K]`; with lengths, S is the greatest length
   * @throws where the source or the lengths do not fit the encoder
   */
  forward(source: Tensor, options: LengthOptions = {}): Tensor3D {
    const { lengths } = checkOptions('SequenceTagger.forward', options, lengthKinds);
    return tidyResult(() =>
      this.#scores(alignedMemory('SequenceTagger.forward', this.encoder, source, lengths)),
    );
  }

  /**
   * The cross-entropy averaged over the steps that count; with a `crf` the negative log-likelihood of the tags, divided
   * by the number of all steps.
   *
   * @param tags int32 `[N, S]`, each a tag in 0…K−1, or −100 where a step does not count (not with a `crf`). Past a
   *   source's length no tag counts: 0 or −100 fill the rows, with a `crf` too.
   * @throws where the source, the tags or an option do not fit
   */
  loss(source: Tensor, tags: Tensor, options: TaggingLossOptions = {}): Scalar {
    const { lengths, ...others } = checkOptions('SequenceTagger.loss', options, lossKinds);
    checkValue('SequenceTagger.loss', 'source', source, kind.required(kind.tensor));
    checkDtype('SequenceTagger.loss', 'tags', tags, 'int32');
    checkExactShape('SequenceTagger.loss', 'tags', tags, source.shape.slice(0, 2), ', a tag for each step');
    if (this.crf && others.labelSmoothing) {
      const fault = `is ${others.labelSmoothing}; the tags of a crf are not smoothed`;
      throw new ArgumentError('SequenceTagger.loss', 'labelSmoothing', fault);
    }
    return tidyResult(() => {
      const memory = alignedMemory('SequenceTagger.loss', this.encoder, source, lengths);
      const [rows, steps] = memory.values.shape;
      const read = slice(tags as Tensor2D, [0, 0], [rows, steps]);
      const options = { lengths: memory.lengths, reduction: 'token_mean' } as const;
      if (this.crf) return this.crf.loss(this.#scores(memory), read, options) as Scalar;
      const scores = this.#scores(memory);
      checkClasses('SequenceTagger.loss', 'tags', read, { size: scores.shape[2], noun: 'tags' });
      return stepCrossEntropy(scores, read, memory.mask, others);
    });
  }

  /**
   * The most probable tags of each source, as many as it has steps, with dropout off; with a `crf` the most probable
   * row of tags.
   *
   * @throws (rejects) where the source or the lengths do not fit, or a score is NaN
   */
  predict(source: Tensor, options: LengthOptions = {}): Promise<number[][]> {
    return this.#evaluated('SequenceTagger.predict', source, options, async (scores, counts) => {
      if (this.crf) return (await this.crf.viterbi(scores, { lengths: counts })).map(({ tags }) => tags);
      const best = await readSteps(argMax(scores, 2), counts);
      return best.map((ofRow) => ofRow.map(([tag]) => tag!));
    });
  }

  /**
   * The probabilities of the tags at each step of each source, `[K]` each, with dropout off.
   *
   * @throws (rejects) as `predict`
   */
  marginals(source: Tensor, options: LengthOptions = {}): Promise<Float32Array[][]> {
    return this.#evaluated('SequenceTagger.marginals', source, options, async (scores, counts) => {
      const marginals = this.crf ? this.crf.marginals(scores, { lengths: counts }) : softmax(scores);
      return (await readSteps(marginals, counts)) as Float32Array[][];
    });
  }

  async #evaluated<Result>(
    operation: string,
    source: Tensor,
    options: LengthOptions,
    read: (scores: Tensor3D, counts: readonly number[]) => Promise<Result>,
  ): Promise<Result> {
    const { lengths } = checkOptions(operation, options, lengthKinds);
    const { scores, counts } = this.evaluating(() =>
      tidyResult(() => {
        const memory = alignedMemory(operation, this.encoder, source, lengths);
        return { scores: this.#scores(memory), counts: memory.lengths };
      }),
    );
    try {
      await checkScores(operation, scores, counts);
      return await read(scores, counts);
    } finally {
      scores.dispose();
    }
  }

  #scores({ values }: Memory): Tensor3D {
    return this.output.forward(this.dropout.forward(values));
  }
}
