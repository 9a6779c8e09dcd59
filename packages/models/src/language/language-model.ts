import { type Scalar, slice, type Tensor, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';
import { checkDtype, checkOptions, checkRank, checkValue, kind } from '@unroll/backend/checks';
import { tidyResult } from '@unroll/backend/operations';
import { Module } from '@unroll/nn';
import { type DecoderScorer, RecurrentDecoder, type ScoredTarget, type States } from '@unroll/seq2seq';
import { checkLengths } from '@unroll/seq2seq/checks';
import { stepCrossEntropy } from '../step-cross-entropy.ts';
import { CarriedStates } from './carried-states.ts';
import {
  checkParts,
  checkText,
  checkTexts,
  type LanguageLossOptions,
  type LanguageModelOptions,
  languageModelKinds,
  lossKinds,
  type TextOptions,
} from './language-model-options.ts';
import { maskOfNext } from './mask-of-next.ts';
import { readText } from './read-text.ts';
import { scoreText } from './score-text.ts';
import { TextWriter } from './text-writer.ts';

/**
 * Predicts the next token of a text: `p(y_t) = softmax(W·dropout(rnn(dropout(embedding(y_{t−1})), h_{t−1})) + b)`. Mikolov
 * et al., "Recurrent neural network based language model" (2010); Zaremba et al. (2014) for the dropout. State dict keys:
 * `decoder.embedding.weight [V, E]`, the layer's under `decoder.rnn.`, `decoder.output.weight [V, H]`,
 * `decoder.output.bias [V]`.
 *
 * With `carriedRows`, training is truncated back-propagation through time: the states of the rows are carried from each
 * call of `loss` to the next, without gradients, in buffers that are not saved with the weights.
 *
 * @example
 * const model = new LanguageModel({
 *   embedding: new nn.Embedding({ numEmbeddings: 65, embeddingDim: 64 }),
 *   rnn: new nn.LSTM({ inputSize: 64, hiddenSize: 256 }),
 *   carriedRows: 32,
 * });
 * const loss = await trainingStep(optimizer, () => model.loss(piece)); // int32 [32, 51]: the next 51 of each row, from the last of the piece before
 * const text = await model.sample([20], { length: 200, temperature: 0.8 });
 * const { logProb } = await model.score(heldOut); // nats, negative
 */
export class LanguageModel extends Module {
  readonly decoder: RecurrentDecoder;
  readonly #carried: CarriedStates | undefined;
  readonly #writer: TextWriter;

  /** @throws where an option is invalid, or the parts do not fit one another */
  constructor(options: LanguageModelOptions) {
    super();
    const given = checkOptions('LanguageModel', options, languageModelKinds);
    checkParts(given);
    const { embedding, rnn, dropout, tieWeights, carriedRows } = given;
    this.decoder = new RecurrentDecoder({ embedding, rnn, dropout, tieEmbeddings: tieWeights });
    this.#writer = new TextWriter(this.decoder);
    this.#carried =
      carriedRows === undefined ? undefined : new CarriedStates(this.decoder.stateSizes, carriedRows);
    for (const [i, state] of (this.#carried?.variables ?? []).entries())
      this.registerBuffer(`carried_${i}`, state, { persistent: false });
  }

  override extraRepr(): string {
    return this.#carried ? `carriedRows=${this.#carried.rows}` : '';
  }

  /**
   * @param tokens int32 `[N, L]`
   * @param states the layer's states before the first token, `[layers, N, features]` each; default zeros
   * @returns the scores of the token after each, before the softmax, `[N, L, V]`, and the layer's last states
   * @throws where shapes, dtypes, tokens or states do not fit
   */
  forward(tokens: Tensor, states?: States): [scores: Tensor3D, states: States] {
    checkDtype('LanguageModel.forward', 'tokens', tokens, 'int32');
    checkRank('LanguageModel.forward', 'tokens', tokens, 2, ', [N, L]');
    checkValue('LanguageModel.forward', 'states', states, kind.listOf(kind.tensor, 'a list of tensors'));
    return tidyResult(() => readText(this.decoder, tokens as Tensor2D, states));
  }

  /**
   * The cross-entropy of the next tokens in nats, averaged over the tokens.
   *
   * With `carriedRows` and in training, the rows begin with the states that the last call left; in evaluation they begin
   * with zeros, and the states stay as they are.
   *
   * @param tokens int32 `[N, L + 1]`: the first L are read, the last L predicted
   * @throws where shapes, dtypes, tokens or options do not fit
   */
  loss(tokens: Tensor, options: LanguageLossOptions = {}): Scalar {
    const { lengths, labelSmoothing } = checkOptions('LanguageModel.loss', options, lossKinds);
    checkTexts('LanguageModel.loss', tokens, this.decoder.vocabularySize);
    const [rows, count] = tokens.shape as [number, number];
    const carried = this.training ? this.#carried : undefined;
    carried?.check('LanguageModel.loss', rows, lengths);
    checkLengths('LanguageModel.loss', lengths, rows, count);
    return tidyResult(() => {
      const [read, next] = [0, 1].map((first) => slice(tokens as Tensor2D, [0, first], [rows, count - 1]));
      const [scores, last] = readText(this.decoder, read!, carried?.now());
      carried?.assign(last);
      return stepCrossEntropy(scores, next!, lengths && maskOfNext(lengths, count), { labelSmoothing });
    });
  }

  /** Lets the next call of `loss` begin with zeros, for instance at the beginning of an epoch. */
  resetState(): void {
    this.#carried?.reset();
  }

  /**
   * The log-probabilities of the tokens of a text of any length, except the first, with dropout off and each with the
   * whole text before it. Divided by their number, the negative log-probability is nats per token.
   *
   * @param tokens at least 2
   */
  async score(tokens: readonly number[]): Promise<ScoredTarget> {
    checkText('LanguageModel.score', 'tokens', tokens, { least: 2, size: this.decoder.vocabularySize });
    return await scoreText(tokens, (read, states) =>
      this.evaluating(() => readText(this.decoder, read, states)),
    );
  }

  /**
   * Draws a text that follows a prompt, with dropout off: see `sampleSearch`.
   *
   * @param prompt at least one token, such as the one that begins texts
   * @returns the tokens after the prompt
   */
  sample(prompt: readonly number[], options: TextOptions): Promise<number[]> {
    return this.#writer.sample('LanguageModel.sample', prompt, options);
  }

  /** Yields the tokens of `sample` as they are drawn. Leaving the loop frees everything. */
  stream(prompt: readonly number[], options: TextOptions): AsyncGenerator<number, void, undefined> {
    return this.#writer.stream('LanguageModel.stream', prompt, options);
  }

  /**
   * The model as a step scorer for a search of texts that follow a prompt: a search's `startToken` is the last token of
   * the prompt. The caller disposes of it.
   */
  scorer(prompt: readonly number[]): DecoderScorer {
    return this.#writer.scorer('LanguageModel.scorer', prompt);
  }

  /** Frees the parameters, the buffers and the compiled step. */
  override dispose(): void {
    this.#writer.dispose();
    super.dispose();
  }
}
