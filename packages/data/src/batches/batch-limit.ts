import { kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';

/** The greatest size of a batch. At least one limit must be given. */
export interface BatchLimit {
  /** Number of elements in a batch */
  batchSize?: number | undefined;
  /**
   * Number of tokens in a batch, including padding: the number of elements times the greatest length. Batches of short
   * sequences then have many rows and batches of long sequences few, and all take similar memory and time. An element
   * without tokens counts as one token.
   */
  maxTokens?: number | undefined;
}

export const batchLimitKinds = { batchSize: kind.whole(1), maxTokens: kind.whole(1) };

/** Fills batches element by element, up to a limit. */
export class BatchFiller {
  readonly #limit: BatchLimit;
  #count = 0;
  #longest = 0;

  constructor(limit: BatchLimit) {
    this.#limit = limit;
  }

  /**
   * Adds an element to the batch or to a new one.
   *
   * @param length the element's length, when tokens are counted
   * @param name the element's name in errors
   * @returns whether a new batch began
   * @param name what an error calls it
   * @returns whether a new batch began
   */
  take(length: number, name: () => string): boolean {
    const { batchSize = Number.POSITIVE_INFINITY, maxTokens = Number.POSITIVE_INFINITY } = this.#limit;
    if (length > maxTokens) {
      throw new ArgumentError(
        'batches',
        'maxTokens',
        `is ${maxTokens}; ${name()} alone has ${length}: truncate or filter such elements first`,
      );
    }
    const longest = Math.max(this.#longest, length, 1);
    const fits = this.#count < batchSize && (this.#count + 1) * longest <= maxTokens;
    this.#count = fits ? this.#count + 1 : 1;
    this.#longest = fits ? longest : Math.max(length, 1);
    return !fits;
  }

  /** Whether no further element fits, however short. */
  get full(): boolean {
    return this.#count === this.#limit.batchSize;
  }

  /** Begins a new batch. */
  restart(): void {
    this.#count = 0;
    this.#longest = 0;
  }
}
