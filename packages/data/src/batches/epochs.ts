import type { Json } from '../json.ts';

/** The elements of one batch, and the position after it. */
export interface Loaded<T> {
  readonly elements: readonly T[];
  readonly place: Json;
}

/** Epochs of batches of elements. `EpochLoop` iterates over them. */
export interface Epochs<T> {
  /** Settings that a saved state must match. Their names appear in errors. */
  readonly settings: Readonly<Record<string, Json>>;
  /** The place before an epoch's first batch */
  readonly beginning: Json;
  /** @throws CheckpointError when it is not a place in these epochs */
  checkPlace(place: Json): void;
  /** Yields the batches of an epoch from a place on. Up to `ahead` further batches may be loading at the same time. */
  read(epoch: number, from: Json, ahead: number): AsyncGenerator<Loaded<T>, void, undefined>;
}
