import { dispose, type TensorContainer } from '@tensorflow/tfjs-core';
import { type kind, shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import type { Json } from './checkpoints/json.ts';
import type { Resumable } from './resumable.ts';

type AnyIterable<Batch> = Iterable<Batch> | AsyncIterable<Batch>;

/**
 * The batches of a run: what each epoch goes through anew, or a function that gives an epoch's, by its number from 0. The batches of an
 * array stay the caller's; the tensors of all others, in arrays and plain objects, are disposed of after use.
 */
export type BatchSource<Batch> = AnyIterable<Batch> | ((epoch: number) => AnyIterable<Batch>);

const isIterable = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value);

export const batchesKind: kind.Kind = {
  expected: "batches to go through, or a function that gives an epoch's",
  fits: (value) => typeof value === 'function' || isIterable(value),
};

/** A batch and its number in the epoch, from 0. */
export interface NumberedBatch<Batch> {
  readonly batch: Batch;
  readonly index: number;
}

/** Goes through a run's batches, epoch after epoch, and says where it stands. */
export class EpochReader<Batch> {
  readonly #source: BatchSource<Batch>;
  readonly #owner: string;
  /** Whether the source was told where to go on, and skips what was had by itself */
  #isPlaced = false;
  /** What can be gone through once, and was */
  #spent: object | undefined;
  /** An epoch whose first batches were gone past */
  #opened: Iterator<Batch> | AsyncIterator<Batch> | undefined;
  /** Whether the batches of the epoch under way are to be disposed of */
  #isOwner = true;
  /** Where the source stood before it was looked further */
  #held: Json | undefined;

  /** @param owner what the batches are for, as an error names it */
  constructor(source: BatchSource<Batch>, owner = 'Trainer') {
    this.#source = source;
    this.#owner = owner;
  }

  /** Whether the source cannot say where it stands, so that its batches are counted. */
  get isCounted(): boolean {
    return !isResumable(this.#source);
  }

  /** Batches an epoch, where the source knows. */
  async count(): Promise<number | undefined> {
    const { count } = this.#source as { count?: unknown };
    if (Array.isArray(this.#source)) return this.#source.length;
    return typeof count === 'function' ? ((await count.call(this.#source)) as number) : undefined;
  }

  /** The batches of an epoch from one on. */
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

  /** Goes past an epoch's first batches, which a run had before it was resumed; `read` then goes on. */
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

  /** Frees a batch that was used, unless it is the caller's. */
  release(batch: Batch): void {
    if (this.#isOwner) dispose(batch as TensorContainer);
  }

  #error(words: string): ArgumentError {
    return new ArgumentError(this.#owner, 'batches', undefined, { sentence: `batches ${words}` });
  }

  /** Has `state` say where the source stands now, until the epoch is over: further batches are only looked at. */
  hold(): void {
    this.#held ??= this.state();
  }

  /** Where the batches stand; null where they cannot say, and are counted. */
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

/** An iterator that a loop may leave early. */
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
