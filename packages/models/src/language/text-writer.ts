import {
  type CompiledStep,
  compileStep,
  DecoderScorer,
  type Hypothesis,
  type RecurrentDecoder,
  sampleSearch,
  streamTokens,
} from '@unroll/seq2seq';
import { checkText, type TextOptions } from './language-model-options.ts';
import { statesAfter } from './read-text.ts';
import { textSearch } from './text-search.ts';

/** Continues texts by a language model's decoder. Its methods check their arguments for the operation of the caller. */
export class TextWriter {
  readonly #decoder: RecurrentDecoder;
  #step: CompiledStep | undefined;

  constructor(decoder: RecurrentDecoder) {
    this.#decoder = decoder;
  }

  async sample(operation: string, prompt: readonly number[], options: TextOptions): Promise<number[]> {
    const search = this.#search(operation, prompt, options);
    using scorer = this.scorer(operation, prompt);
    const [[found]] = (await sampleSearch(search.over(scorer), search.options)) as [[Hypothesis]];
    return [...found.tokens];
  }

  async *stream(
    operation: string,
    prompt: readonly number[],
    options: TextOptions,
  ): AsyncGenerator<number, void, undefined> {
    const search = this.#search(operation, prompt, options);
    using scorer = this.scorer(operation, prompt);
    const drawn = streamTokens(search.over(scorer), { ...search.options, method: 'sampling' });
    for await (const { token } of drawn) yield token;
  }

  scorer(operation: string, prompt: readonly number[]): DecoderScorer {
    checkText(operation, 'prompt', prompt, { least: 1, size: this.#decoder.vocabularySize });
    const states = statesAfter(this.#decoder, prompt.slice(0, -1));
    this.#step ??= compileStep(this.#decoder);
    return new DecoderScorer(this.#decoder, this.#step, { reading: {}, decoder: { states } }, [
      prompt.length,
    ]);
  }

  /** Frees the compiled step. */
  dispose(): void {
    this.#step?.dispose();
  }

  #search(operation: string, prompt: readonly number[], options: TextOptions) {
    const { vocabularySize } = this.#decoder;
    checkText(operation, 'prompt', prompt, { least: 1, size: vocabularySize });
    return textSearch(operation, prompt.at(-1)!, options, vocabularySize);
  }
}
