export interface UnrollErrorOptions extends ErrorOptions {
  /** The argument that the error is about, as the message names it */
  readonly argument?: string | undefined;
}

/**
 * The base class of the errors that a program may handle. `name` is the class's name, also in minified bundles and for
 * errors of another copy of the package.
 */
export abstract class UnrollError extends Error {
  /**
   * The argument that the error is about, as the message names it: `maxMemory`, `target`; undefined if it is about
   * none.
   */
  readonly argument: string | undefined;

  constructor(message: string, { argument, ...options }: UnrollErrorOptions = {}) {
    super(message, options);
    this.argument = argument;
  }
}
