import { UnrollError } from './unroll-error.ts';

export interface ArgumentErrorOptions extends ErrorOptions {
  /** The whole sentence, if it does not begin with the argument: `there is no option 'lrr'; did you mean lr?` */
  readonly sentence?: string;
}

/** An invalid argument: `LSTM: hiddenSize is 0; expected a whole number of at least 1`. */
export class ArgumentError extends UnrollError {
  override readonly name = 'ArgumentError';
  declare readonly argument: string;
  /** The function or class that got the argument: `LSTM`, `RNN.forward` */
  readonly owner: string;

  /**
   * @param owner the function or class that got the argument
   * @param argument the name of the argument
   * @param fault the problem, as the rest of the sentence: `is 0; expected a whole number of at least 1`.
   * `options.sentence` replaces it.
   */
  constructor(
    owner: string,
    argument: string,
    fault: string | undefined,
    { sentence = `${argument} ${fault}`, ...options }: ArgumentErrorOptions = {},
  ) {
    super(`${owner}: ${sentence}`, { ...options, argument });
    this.owner = owner;
  }
}
