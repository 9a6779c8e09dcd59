import { dispose, type TensorContainer } from '@tensorflow/tfjs-core';
import type { kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import type { Json } from './checkpoints/json.ts';

type AnyIterable<Batch> = Iterable<Batch> | AsyncIterable<Batch>;

/**
 * The batches of a run: what each epoch goes through anew, or a function that gives an epoch's, by its number from 0. An array's
 * batches stay the caller's; the tensors of all others, in arrays and plain objects, are disposed of after use.
 */
export type BatchSource<Batch> = AnyIterable<Batch> | ((epoch: number) => AnyIterable<Batch>);

const isIterable = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value);

export const batchesKind: kind.Kind = {
  expected: "batches to go through, or a function that gives an epoch's",
  fits: (value) => typeof value === 'function' || isIterable(value),
};

/** Batches that say where they stand, so that a run resumes without reading again what it had. */
interface ResumableBatches {
  state(): Json;
  load(state: Json): void;
}

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

  /** @param owner what the batches are for, as an error names it */
  constructor(source: BatchSource<Batch>, owner = 'Trainer') {
    this.#source = source;
    this.#owner = owner;
  }

  /** Batches an epoch, where the source knows. */
  async count(): Promise<number | undefined> {
    const { count } = this.#source as { count?: unknown };
    if (Array.isArray(this.#source)) return this.#source.length;
    return typeof count === 'function' ? ((await count.call(this.#source)) as number) : undefined;
  }

  /** The batches of an epoch from one on. */
  async *read(epoch: number, from: number): AsyncGenerator<NumberedBatch<Batch>, void, undefined> {
    const batches = typeof this.#source === 'function' ? this.#source(epoch) : this.#source;
    if (batches === this.#spent) {
      throw this.#error(
        `can be gone through once, and ended before the run did, in epoch ${epoch}; expected an iterable of several epochs, ` +
          `or a function that gives each epoch's batches`,
      );
    }
    if (isOnce(batches)) this.#spent = batches;
    const isPlaced = this.#isPlaced;
    this.#isPlaced = false;
    let index = isPlaced ? from : 0;
    for await (const batch of batches) {
      if (index < from) this.release(batch);
      else yield { batch, index };
      index++;
    }
    if (index > 0) return;
    const hint = isOnce(batches) ? ", such as a function that gives each time's anew" : '';
    throw this.#error(`gave none in epoch ${epoch}; expected at least one${hint}`);
  }

  /** Frees a batch that was used, unless it is the caller's. */
  release(batch: Batch): void {
    if (!Array.isArray(this.#source)) dispose(batch as TensorContainer);
  }

  #error(words: string): ArgumentError {
    return new ArgumentError(this.#owner, 'batches', undefined, { sentence: `batches ${words}` });
  }

  /** Where the batches stand; null where they cannot say, and are counted. */
  state(): Json {
    return isResumable(this.#source) ? this.#source.state() : null;
  }

  load(state: Json): void {
    if (state === null || !isResumable(this.#source)) return;
    this.#source.load(state);
    this.#isPlaced = true;
  }
}

const isOnce = (batches: object): boolean => 'next' in batches;

const isResumable = (source: object): source is ResumableBatches => 'state' in source && 'load' in source;
