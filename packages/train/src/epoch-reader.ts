import { dispose, type TensorContainer } from '@tensorflow/tfjs-core';
import { type kind, shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import type { Json } from './checkpoints/json.ts';
import type { Resumable } from './resumable.ts';

type AnyIterable<Batch> = Iterable<Batch> | AsyncIterable<Batch>;

/**
 * The batches of a run: an iterable that each epoch iterates anew, or a function from the epoch's number, from 0, to an
 * iterable. The caller owns the batches of an array. All other batches are disposed of after use: their tensors, in
 * arrays and plain objects.
 */
export type BatchSource<Batch> = AnyIterable<Batch> | ((epoch: number) => AnyIterable<Batch>);

const isIterable = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value);

export const batchesKind: kind.Kind = {
  expected: "batches to go through, or a function that gives an epoch's",
  fits: (value) => typeof value === 'function' || isIterable(value),
};

/** A batch and its index in the epoch, from 0. */
export interface NumberedBatch<Batch> {
  readonly batch: Batch;
  readonly index: number;
}

/** Reads a run's batches, epoch after epoch, and knows the current position. */
export class EpochReader<Batch> {
  readonly #source: BatchSource<Batch>;
  readonly #owner: string;
  /** Whether the source has loaded its position, so that it skips the earlier batches itself */
  #isPlaced = false;
  /** An iterator that can be used only once, and has been used */
  #spent: object | undefined;
  /** The iterator of an epoch whose first batches were skipped */
  #opened: Iterator<Batch> | AsyncIterator<Batch> | undefined;
  /** Whether the batches of the current epoch must be disposed of */
  #isOwner = true;
  /** The position of the source before `hold` was called */
  #held: Json | undefined;

  /** @param owner names the purpose of the batches in errors */
  constructor(source: BatchSource<Batch>, owner = 'Trainer') {
    this.#source = source;
    this.#owner = owner;
  }

  /** Whether the source has no position of its own, so that its batches are counted. */
  get isCounted(): boolean {
    return !isResumable(this.#source);
  }

  /** Number of batches in an epoch, if the source knows it. */
  async count(): Promise<number | undefined> {
    const { count } = this.#source as { count?: unknown };
    if (Array.isArray(this.#source)) return this.#source.length;
    return typeof count === 'function' ? ((await count.call(this.#source)) as number) : undefined;
  }

  /** Yields the batches of an epoch from index `from` on. */
  async *read(epoch: number, from: number): AsyncGenerator<NumberedBatch<Batch>, void, undefined> {
    if (!this.#opened && !this.#isPlaced) await this.pass(epoch, from);
    const iterator = this.#opened ?? this.#open(epoch);
    this.#opened = undefined;
    this.#isPlaced = false;
    let index = from;
    for await (const batch of { [Symbol.asyncIterator]: () => asynchronous(iterator) }) {
      yield { batch, index: index++ };
    }
    this.#held = undefined;
    if (index > 0) return;
    const hint = 'next' in iterator && this.#spent ? ", such as a function that gives each time's anew" : '';
    throw this.#error(`gave none in epoch ${epoch}; expected at least one${hint}`);
  }

  /**
   * Skips the first batches of an epoch, which the run used before it was resumed. `read` then continues after them.
   */
  async pass(epoch: number, count: number): Promise<void> {
    const iterator = this.#open(epoch);
    for (let i = 0; i < count; i++) {
      const { done, value } = await iterator.next();
      if (done) break;
      this.release(value);
    }
    this.#opened = iterator;
  }

  #open(epoch: number): Iterator<Batch> | AsyncIterator<Batch> {
    const batches = typeof this.#source === 'function' ? this.#source(epoch) : this.#source;
    if (!isIterable(batches)) {
      throw this.#error(
        `of epoch ${epoch} are ${shown(batches)}; expected an iterable, which the function returns`,
      );
    }
    if (batches === this.#spent) {
      throw this.#error(
        `can be gone through once, and ended before the run did, in epoch ${epoch}; expected an iterable of several epochs, ` +
          `or a function that gives each epoch's batches`,
      );
    }
    if ('next' in batches) this.#spent = batches;
    this.#isOwner = !Array.isArray(batches);
    return Symbol.asyncIterator in batches ? batches[Symbol.asyncIterator]() : batches[Symbol.iterator]();
  }

  /** Disposes of a used batch, unless the caller owns it. */
  release(batch: Batch): void {
    if (this.#isOwner) dispose(batch as TensorContainer);
  }

  #error(words: string): ArgumentError {
    return new ArgumentError(this.#owner, 'batches', undefined, { sentence: `batches ${words}` });
  }

  /** Makes `state` return the current position until the epoch is over, although further batches are read. */
  hold(): void {
    this.#held ??= this.state();
  }

  /** The position of the source; null when the source has none, and batches are counted. */
  state(): Json {
    return this.#held ?? (isResumable(this.#source) ? this.#source.state() : null);
  }

  load(state: Json): void {
    this.#opened = undefined;
    if (state === null || !isResumable(this.#source)) return;
    this.#source.load(state);
    this.#isPlaced = true;
  }
}

/** An async iterator that a loop may leave early. */
function asynchronous<Batch>(iterator: Iterator<Batch> | AsyncIterator<Batch>): AsyncIterator<Batch> {
  return {
    next: async () => iterator.next(),
    async return() {
      await iterator.return?.();
      return { done: true, value: undefined };
    },
  };
}

const isResumable = (source: object): source is Resumable => 'state' in source && 'load' in source;
