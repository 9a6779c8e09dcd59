import { checkOptions, kind, shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { asList, checkHypotheses, type References } from '../references.ts';
import { ErrorRate, type ErrorRateResult } from './error-rate.ts';

export interface TextErrorRateOptions {
  /** Applied to all texts first: `(text) => text.toLowerCase()`. Default: texts are not changed. */
  normalize?: ((text: string) => string) | undefined;
}

const kinds = { normalize: kind.func };

/** The common base of word and character error rates. */
export abstract class TextErrorRate extends ErrorRate<string> {
  readonly #owner: string;
  readonly #normalize: (text: string) => string;

  constructor(owner: string, options: TextErrorRateOptions) {
    super();
    this.#owner = owner;
    this.#normalize = checkOptions(owner, options, kinds).normalize ?? ((text) => text);
  }

  protected check(hypotheses: readonly string[], references: readonly References[]): void {
    checkHypotheses(`${this.#owner}.update`, hypotheses, references);
  }

  protected listed(references: References): readonly string[] {
    return asList(references);
  }

  protected symbols(text: string): readonly string[] {
    const normalized: unknown = this.#normalize(text);
    if (typeof normalized === 'string') return this.split(normalized);
    throw new ArgumentError(this.#owner, 'normalize', `gave ${shown(normalized)}; expected a string`);
  }

  protected abstract split(text: string): readonly string[];
}

/** Computes the rate of utterances for a function. Errors have the name of that function. */
export function textErrorRate(
  owner: string,
  Rate: new (options: TextErrorRateOptions) => TextErrorRate,
  hypotheses: readonly string[],
  references: readonly References[],
  options: TextErrorRateOptions,
): ErrorRateResult {
  const metric = new Rate(checkOptions(owner, options, kinds));
  checkHypotheses(owner, hypotheses, references);
  metric.update(hypotheses, references);
  return metric.result();
}
