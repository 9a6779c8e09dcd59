import { UnrollError } from './unroll-error.ts';

export interface ArgumentErrorOptions extends ErrorOptions {
  /** The sentence, where it does not begin with the argument: `there is no option 'lrr'; did you mean lr?` */
  readonly sentence?: string;
}

/** An argument that is not what it has to be: `LSTM: hiddenSize is 0; expected a whole number of at least 1`. */
export class ArgumentError extends UnrollError {
  override readonly name = 'ArgumentError';
  declare readonly argument: string;
  /** What the argument was given to: `LSTM`, `RNN.forward` */
  readonly owner: string;

  /**
   * @param owner what the argument was given to
   * @param argument its name
   * @param fault what is wrong, as the rest of the sentence: `is 0; expected a whole number of at least 1`; or `options.sentence`
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
