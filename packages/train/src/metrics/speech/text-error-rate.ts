import { checkOptions, kind, shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { anyText, checkLists } from '../../checks.ts';
import { ErrorRate } from './error-rate.ts';

export interface TextErrorRateOptions {
  /** What is done to both texts before: `(text) => text.toLowerCase()`. Default: nothing. */
  normalize?: ((text: string) => string) | undefined;
}

const kinds = { normalize: kind.func };

/** Checks what is done to texts. */
export const checkTextOptions = (owner: string, options: TextErrorRateOptions): TextErrorRateOptions =>
  checkOptions(owner, options, kinds);

/** Throws unless they are strings, and equally many. */
export const checkUtterances = (
  owner: string,
  hypotheses: readonly string[],
  references: readonly string[],
): void => checkLists(owner, { hypotheses, references }, anyText);

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
    checkUtterances(`${this.#owner}.update`, hypotheses, references);
  }

  protected symbols(text: string): readonly string[] {
    const normalized: unknown = this.#normalize(text);
    if (typeof normalized === 'string') return this.split(normalized);
    throw new ArgumentError(this.#owner, 'normalize', `gave ${shown(normalized)}; expected a string`);
  }

  protected abstract split(text: string): readonly string[];
}
