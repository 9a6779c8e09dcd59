import type { Json } from '../json.ts';

/** The elements of one batch, and where the epoch stands after it. */
export interface Loaded<T> {
  readonly elements: readonly T[];
  readonly place: Json;
}

/** Epochs of batches of elements: what `EpochLoop` goes through. */
export interface Epochs<T> {
  /** What a saved state has to agree with, by the words of an error */
  readonly settings: Readonly<Record<string, Json>>;
  /** The place before an epoch's first batch */
  readonly beginning: Json;
  /** @throws CheckpointError where it is no place of these epochs */
  checkPlace(place: Json): void;
  /** The batches of an epoch from a place on. What one batch takes to load may overlap with the next, up to `ahead` of them. */
  read(epoch: number, from: Json, ahead: number): AsyncGenerator<Loaded<T>, void, undefined>;
}
