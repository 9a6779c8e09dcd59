import { dispose, type TensorContainer } from '@tensorflow/tfjs-core';
import { kind, shown } from '@unroll/backend/checks';
import { CheckpointError } from '@unroll/backend/errors';
import { fieldsOf } from '../dataset/saved-state.ts';
import type { Json } from '../json.ts';
import type { Batches } from './batch-iteration.ts';
import type { Epochs } from './epochs.ts';

const stateKinds = {
  epoch: kind.required(kind.whole(0)),
  place: kind.anything,
  settings: kind.required(kind.record),
};

/** Runs epochs, one loop at a time, and knows the current position. */
export class EpochLoop<T, B> implements Batches<Awaited<B>> {
  readonly #epochs: Epochs<T>;
  readonly #collate: (elements: readonly T[]) => B;
  readonly #prefetch: number;
  #epoch = 0;
  #place: Json;
  /** Whether a loop has begun on this epoch, so that the next loop begins the next epoch */
  #begun = false;
  #loop: object = {};

  constructor(epochs: Epochs<T>, collate: (elements: readonly T[]) => B, prefetch: number) {
    this.#epochs = epochs;
    this.#collate = collate;
    this.#prefetch = prefetch;
    this.#place = epochs.beginning;
  }

  get epoch(): number {
    return this.#epoch;
  }

  state(): Json {
    return { epoch: this.#epoch, place: this.#place, settings: this.#epochs.settings };
  }

  load(state: Json): void {
    const { epoch, place, settings } = fieldsOf('batches', state, stateKinds);
    const saved = settings as Readonly<Record<string, Json>>;
    for (const [name, value] of Object.entries(this.#epochs.settings)) {
      if (JSON.stringify(saved[name]) === JSON.stringify(value)) continue;
      throw new CheckpointError(
        `batches: ${name} of the state is ${words(saved[name])}; these batches have ${words(value)}`,
      );
    }
    this.#epochs.checkPlace(place);
    this.#epoch = epoch as number;
    this.#place = place;
    this.#begun = false;
    this.#loop = {};
  }

  [Symbol.asyncIterator](): AsyncGenerator<Awaited<B>, void, undefined> {
    return this.#run();
  }

  async *#run(): AsyncGenerator<Awaited<B>, void, undefined> {
    if (this.#begun) this.#nextEpoch();
    this.#begun = true;
    const loop = {};
    this.#loop = loop;
    for await (const { elements, place } of this.#epochs.read(this.#epoch, this.#place, this.#prefetch)) {
      const batch = await this.#collate(elements);
      // Nobody will receive this batch, so free it.
      if (this.#loop !== loop) dispose(batch as TensorContainer);
      this.#checkCurrent(loop);
      this.#place = place;
      yield batch;
      this.#checkCurrent(loop);
    }
    this.#checkCurrent(loop);
    this.#nextEpoch();
    this.#begun = false;
  }

  #nextEpoch(): void {
    this.#epoch++;
    this.#place = this.#epochs.beginning;
  }

  #checkCurrent(loop: object): void {
    if (this.#loop === loop) return;
    throw new Error(
      'batches: another loop over these batches began, or a state was loaded, while this one was under way',
    );
  }
}

const words = (value: Json | undefined) => (kind.record.fits(value) ? JSON.stringify(value) : shown(value));
