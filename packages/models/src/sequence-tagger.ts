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
    return tidyResult(() => this.#scores(this.#encoded('SequenceTagger.forward', source, lengths)));
  }

  /**
   * The cross-entropy averaged over the steps that count; with a `crf` the negative log-likelihood of the tags, divided
   * by the number of all steps.
   *
   * @param tags int32 `[N, S]`, each a tag in 0…K−1, or −100 where a step does not count (not with a `crf`); past a
   *   source's length any of these
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
      const memory = this.#encoded('SequenceTagger.loss', source, lengths);
      const [rows, steps] = memory.values.shape;
      const read = slice(tags as Tensor2D, [0, 0], [rows, steps]);
      const options = { lengths: memory.lengths, reduction: 'token_mean' } as const;
      if (this.crf) return this.crf.loss(this.#scores(memory), read, options) as Scalar;
      return stepCrossEntropy(this.#scores(memory), read, memory.mask, others);
    });
  }

  /**
   * The most probable tags of each source, as many as it has steps, with dropout off; with a `crf` the most probable
   * row of tags.
   */
  async predict(source: Tensor, options: LengthOptions = {}): Promise<number[][]> {
    const { lengths } = checkOptions('SequenceTagger.predict', options, lengthKinds);
    const { scores, counts } = this.#evaluated('SequenceTagger.predict', source, lengths);
    try {
      if (this.crf) return (await this.crf.viterbi(scores, { lengths: counts })).map(({ tags }) => tags);
      const best = await readSteps(argMax(scores, 2), counts);
      return best.map((ofRow) => ofRow.map(([tag]) => tag!));
    } finally {
      scores.dispose();
    }
  }

  /** The probabilities of the tags at each step of each source, `[K]` each, with dropout off. */
  async marginals(source: Tensor, options: LengthOptions = {}): Promise<Float32Array[][]> {
    const { lengths } = checkOptions('SequenceTagger.marginals', options, lengthKinds);
    const { scores, counts } = this.#evaluated('SequenceTagger.marginals', source, lengths);
    try {
      const marginals = this.crf ? this.crf.marginals(scores, { lengths: counts }) : softmax(scores);
      return (await readSteps(marginals, counts)) as Float32Array[][];
    } finally {
      scores.dispose();
    }
  }

  #evaluated(operation: string, source: Tensor, lengths: readonly number[] | undefined) {
    return this.evaluating(() =>
      tidyResult(() => {
        const memory = this.#encoded(operation, source, lengths);
        return { scores: this.#scores(memory), counts: memory.lengths };
      }),
    );
  }

  /** The encoder's memory, with one step for each of the source's: tags are aligned with steps. */
  #encoded(operation: string, source: Tensor, lengths: readonly number[] | undefined): Memory {
    const memory = this.encoder.forward(source, lengths);
    const expected = lengths ?? memory.lengths.map(() => source.shape[1]!);
    const row = memory.lengths.findIndex((steps, i) => steps !== expected[i]);
    if (row < 0) return memory;
    const fault = `makes ${memory.lengths[row]} steps of source ${row}, which has ${expected[row]}; expected as many, a tag for each`;
    throw new ArgumentError(operation, 'encoder', fault);
  }

  #scores({ values }: Memory): Tensor3D {
    return this.output.forward(this.dropout.forward(values));
  }
}
