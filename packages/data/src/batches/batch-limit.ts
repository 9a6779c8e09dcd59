import { kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';

/** How large a batch may be; at least one of the two. */
export interface BatchLimit {
  /** Elements in a batch */
  batchSize?: number | undefined;
  /**
   * Tokens in a batch, padding among them: elements times the length of the longest. Batches of short sequences then have many
   * rows, those of long ones few, and all take about the same memory and time. An element without tokens counts as one.
   */
  maxTokens?: number | undefined;
}

export const batchLimitKinds = { batchSize: kind.whole(1), maxTokens: kind.whole(1) };

/** Fills batches up to a limit, element by element. */
export class BatchFiller {
  readonly #limit: BatchLimit;
  #count = 0;
  #longest = 0;

  constructor(limit: BatchLimit) {
    this.#limit = limit;
  }

  /**
   * Takes an element, into the batch or into a new one.
   *
   * @param length the element's, where tokens are counted
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

  /** Whether no element fits in any more, however short. */
  get full(): boolean {
    return this.#count === this.#limit.batchSize;
  }

  /** Begins a new batch. */
  restart(): void {
    this.#count = 0;
    this.#longest = 0;
  }
}
