import { checkOptions, kind } from '@unroll/backend/checks';
import { anyText, checkLists } from '../check-lists.ts';
import { ErrorRate } from './error-rate.ts';

export interface TextErrorRateOptions {
  /** What is done to both texts before: `(text) => text.toLowerCase()`. Default: nothing. */
  normalize?: ((text: string) => string) | undefined;
}

const kinds = { normalize: kind.func };

/** Checks what is done to texts. */
export const checkTextOptions = (owner: string, options: TextErrorRateOptions): TextErrorRateOptions =>
  checkOptions(owner, options, kinds);

/** What error rates of written words and characters have in common. */
export abstract class TextErrorRate extends ErrorRate<string> {
  readonly #owner: string;
  readonly #normalize: (text: string) => string;

  constructor(owner: string, options: TextErrorRateOptions) {
    super();
    this.#owner = owner;
    this.#normalize = checkTextOptions(owner, options).normalize ?? ((text) => text);
  }

  protected check(hypotheses: readonly string[], references: readonly string[]): void {
    checkLists(`${this.#owner}.update`, { hypotheses, references }, anyText);
  }

  protected symbols(text: string): readonly string[] {
    return this.split(this.#normalize(text));
  }

  protected abstract split(text: string): readonly string[];
}
