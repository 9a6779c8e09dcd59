import type { StoredTensor } from '@unroll/safetensors';
import type { Json } from './json.ts';
import type { Manifest } from './manifest.ts';

/** All that a run needs to go on, to the bit. */
export interface CheckpointContent {
  /** Updates made; the checkpoint's name comes of it */
  readonly step: number;
  /** The epoch under way, from 0 */
  readonly epoch: number;
  /** Figures by name, which may not be `__proto__`. Default none */
  readonly metrics?: Readonly<Record<string, number>> | undefined;
  /** What is no tensor, as JSON with any numbers; the keys `$number` and `__proto__` are refused. Default null */
  readonly state?: Json | undefined;
  /** What writes it, by name: packages and backends, each with its version. Default none */
  readonly versions?: Readonly<Record<string, string>> | undefined;
  /** The model's parameters: the bytes of a safetensors file, as `nn.save(model)` returns them */
  readonly weights: Uint8Array<ArrayBuffer>;
  /** Tensors beside the model's, under keys with a prefix: the optimizer's, running averages. Default none */
  readonly tensors?: ReadonlyMap<string, StoredTensor> | undefined;
  /** Further files by name, such as averaged weights under `averaged.safetensors`. Default none */
  readonly files?: ReadonlyMap<string, Uint8Array<ArrayBuffer>> | undefined;
}

/** What a checkpoint says of itself, without its tensors. */
export interface CheckpointSummary extends Manifest {
  /** `step-00000100` */
  readonly name: string;
}

/** A checkpoint that was read, and is what was written. */
export interface Checkpoint extends CheckpointSummary {
  readonly weights: Uint8Array<ArrayBuffer>;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}
