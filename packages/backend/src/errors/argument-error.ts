import { UnrollError } from './unroll-error.ts';

/** An argument that is not what it has to be: `LSTM: hiddenSize is 0; expected a whole number of at least 1`. */
export class ArgumentError extends UnrollError {
  override readonly name = 'ArgumentError';
  declare readonly argument: string;
  /** What the argument was given to: `LSTM`, `RNN.forward` */
  readonly owner: string;

  /**
   * @param owner what the argument was given to
   * @param argument its name
   * @param fault what is wrong, as the rest of the sentence: `is 0; expected a whole number of at least 1`
   */
  constructor(owner: string, argument: string, fault: string, options: ErrorOptions = {}) {
    super(`${owner}: ${argument} ${fault}`, { ...options, argument });
    this.owner = owner;
  }
}
