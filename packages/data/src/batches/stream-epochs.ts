import { kind } from '@unroll/backend/checks';
import { CheckpointError } from '@unroll/backend/errors';
import { fieldsOf } from '../dataset/saved-state.ts';
import type { Reading, Stream } from '../dataset/stream.ts';
import type { Json } from '../json.ts';
import type { Order, StreamOrder } from '../order/order.ts';
import { sequential } from '../order/sequential.ts';
import { BatchFiller, type BatchLimit } from './batch-limit.ts';
import type { Epochs, Loaded } from './epochs.ts';
import { lengthOfElement } from './length-of-element.ts';
import { planBatches } from './plan.ts';
import { readAhead } from './read-ahead.ts';

export interface StreamEpochsOptions<T> {
  readonly elements: Stream<T>;
  readonly order: StreamOrder | (Order & { readonly poolSize: number });
  readonly limit: BatchLimit;
  readonly dropLast: boolean;
  /** Absent when no lengths are needed */
  readonly lengthOf: ((element: T) => number) | undefined;
}

/** A place in an epoch: a state of the reading, then elements to skip, then batches of a pool to skip. */
interface Place {
  /** The state of a reading, which also identifies the stream */
  readonly state: Json;
  readonly skip: number;
  /** The current or next pool, from 0 */
  readonly pool: number;
  /** Number of batches of that pool that were yielded */
  readonly given: number;
}

const count = kind.required(kind.whole(0));
const placeKinds = { state: kind.anything, skip: count, pool: count, given: count };

/**
 * A state of a reading may be long, so it is taken only after this many elements. A resume reads the elements since
 * then again.
 */
const ELEMENTS_A_STATE = 4096;

/**
 * Epochs of a stream, which is read pool by pool. A pool is a batch, or the elements that a bucketed order sorts at a
 * time.
 */
export function streamEpochs<T>(options: StreamEpochsOptions<T>): Epochs<T> {
  const { order, limit, dropLast } = options;
  const unread = openReading(options, 0);
  const beginning = { state: unread.state(), skip: 0, pool: 0, given: 0 };
  void unread.return();
  return {
    settings: {
      order: order.settings,
      batchSize: limit.batchSize ?? null,
      maxTokens: limit.maxTokens ?? null,
      dropLast,
    },
    beginning,
    checkPlace(place) {
      fieldsOf('batches', place, placeKinds);
      // Opening a reading checks the state. The reading is closed before it reads anything.
      void openReading(options, 0, (place as unknown as Place).state).return();
    },
    read(epoch, from, ahead) {
      const stop = new AbortController();
      const loaded = readEpoch(options, epoch, from as unknown as Place, stop.signal);
      return readAhead(loaded, ahead, () => stop.abort());
    },
  };
}

const openReading = <T>(
  { elements, order }: StreamEpochsOptions<T>,
  epoch: number,
  from?: Json,
): Reading<T> => ('read' in order ? order.read(elements, epoch, from) : elements.open(from));

async function* readEpoch<T>(
  options: StreamEpochsOptions<T>,
  epoch: number,
  from: Place,
  stop: AbortSignal,
): AsyncGenerator<Loaded<T>, void, undefined> {
  const { order, limit, dropLast, lengthOf } = options;
  const reading = openReading(options, epoch, from.state);
  try {
    const pools = new PoolReader(reading, from, options, stop);
    await pools.passOver(from.skip);
    const byPool = 'read' in order ? sequential() : order;
    for (let pool = from.pool; ; pool++) {
      const start = pools.place();
      const held = await pools.next();
      if (held.length === 0 || stop.aborted) return;
      const lengths = lengthOf && held.map(({ length }) => length);
      const batches = planBatches(held.length, { epoch, pool }, { order: byPool, limit, dropLast, lengths });
      for (const [index, batch] of batches.entries()) {
        if (pool === from.pool && index < from.given) continue;
        const isLast = index === batches.length - 1;
        const place = isLast
          ? { ...pools.place(), pool: pool + 1, given: 0 }
          : { ...start, pool, given: index + 1 };
        yield { elements: Array.from(batch, (element) => held[element]!.element), place };
      }
      pools.takeState();
    }
  } finally {
    await reading.return();
  }
}

interface Measured<T> {
  readonly element: T;
  /** 0 when no lengths are needed */
  readonly length: number;
}

/** Reads pools, and knows where each ends. */
class PoolReader<T> {
  readonly #reading: Reading<T>;
  readonly #lengthOf: ((element: T) => number) | undefined;
  /** Number of elements in an ordered pool; absent when a pool is one batch */
  readonly #poolSize: number | undefined;
  readonly #filler: BatchFiller;
  readonly #stop: AbortSignal;
  /** The first element of the next batch, which did not fit into the last batch */
  #pending: Measured<T> | undefined;
  #read = 0;
  #state: Json;
  #stateAt = 0;

  constructor(
    reading: Reading<T>,
    { state }: Place,
    { order, limit, lengthOf }: StreamEpochsOptions<T>,
    stop: AbortSignal,
  ) {
    this.#reading = reading;
    this.#lengthOf = lengthOf;
    this.#stop = stop;
    this.#filler = new BatchFiller(limit);
    this.#state = state;
    if ('read' in order) return;
    // A multiple of the batch size, so that only the last pool of the stream has an incomplete batch.
    const { batchSize = 1 } = limit.maxTokens === undefined ? limit : {};
    this.#poolSize = Math.ceil(order.poolSize / batchSize) * batchSize;
  }

  async passOver(count: number): Promise<void> {
    while (this.#read < count) {
      const result = await this.#reading.next();
      if (result.done) {
        throw new CheckpointError('batches: the stream has fewer elements than when the state was saved');
      }
      this.#read++;
    }
  }

  /** The place at which the next pool begins. */
  place(): { readonly state: Json; readonly skip: number } {
    return { state: this.#state, skip: this.#read - (this.#pending ? 1 : 0) - this.#stateAt };
  }

  /** Takes a new state when the last one is old, so that later places have few elements to skip. */
  takeState(): void {
    if (this.#read - this.#stateAt < ELEMENTS_A_STATE) return;
    this.#state = this.#reading.state();
    this.#stateAt = this.#read;
  }

  /** The next pool; empty at the end of the stream. */
  next(): Promise<readonly Measured<T>[]> {
    return this.#poolSize === undefined ? this.#nextBatch() : this.#nextElements(this.#poolSize);
  }

  async #nextElements(count: number): Promise<readonly Measured<T>[]> {
    const elements: Measured<T>[] = [];
    while (elements.length < count) {
      const next = await this.#nextElement();
      if (!next) break;
      elements.push(next);
    }
    return elements;
  }

  async #nextBatch(): Promise<readonly Measured<T>[]> {
    const filler = this.#filler;
    const batch: Measured<T>[] = [];
    if (this.#pending) batch.push(this.#pending);
    this.#pending = undefined;
    while (!filler.full) {
      const next = await this.#nextElement();
      if (!next) break;
      if (filler.take(next.length, () => `element ${this.#read - 1}`) && batch.length > 0) {
        this.#pending = next;
        return batch;
      }
      batch.push(next);
    }
    filler.restart();
    return batch;
  }

  async #nextElement(): Promise<Measured<T> | undefined> {
    if (this.#stop.aborted) return undefined;
    const result = await this.#reading.next();
    if (result.done) return undefined;
    const index = this.#read++;
    return {
      element: result.value,
      length: this.#lengthOf ? lengthOfElement(this.#lengthOf, result.value, index) : 0,
    };
  }
}
