import type { StoredTensor } from '@unroll/safetensors';
import type { Json } from './json.ts';
import type { Manifest } from './manifest.ts';

/** Everything that a run needs to continue exactly, to the bit. */
export interface CheckpointContent {
  /** Number of updates made; the checkpoint's name contains it */
  readonly step: number;
  /** The current epoch, from 0 */
  readonly epoch: number;
  /** Figures by name. `__proto__` is not allowed as a name. Default none */
  readonly metrics?: Readonly<Record<string, number>> | undefined;
  /**
   * All state that is not a tensor, as JSON with any numbers. The keys `$number` and `__proto__` are not allowed.
   * Default null
   */
  readonly state?: Json | undefined;
  /** The packages and backends that write the checkpoint, each with its version. Default none */
  readonly versions?: Readonly<Record<string, string>> | undefined;
  /** The model's parameters: the bytes of a safetensors file, as `nn.save(model)` returns them */
  readonly weights: Uint8Array<ArrayBuffer>;
  /** Tensors other than the model's, under prefixed keys: the optimizer's state, running averages. Default none */
  readonly tensors?: ReadonlyMap<string, StoredTensor> | undefined;
  /** Further files by name, such as averaged weights under `averaged.safetensors`. Default none */
  readonly files?: ReadonlyMap<string, Uint8Array<ArrayBuffer>> | undefined;
}

/** A checkpoint's manifest, without its tensors. */
export interface CheckpointSummary extends Manifest {
  /** `step-00000100` */
  readonly name: string;
}

/** A checkpoint that was read and verified. */
export interface Checkpoint extends CheckpointSummary {
  readonly weights: Uint8Array<ArrayBuffer>;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}
