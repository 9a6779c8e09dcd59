import { shown } from './check-options.ts';
import type { StoredTensor, TensorInfo } from './stored-tensor.ts';

/** A file of tensors, or several shards of one, that is open and read tensor by tensor. */
export interface TensorFile {
  /** In the order of their bytes, shard after shard */
  readonly names: readonly string[];
  /** What the writer said, such as `format: 'pt'`; of shards that say different things, the first's word */
  readonly metadata: ReadonlyMap<string, string>;
  has(name: string): boolean;
  /** @throws TypeError where there is no such tensor */
  info(name: string): TensorInfo;
  /**
   * Reads a tensor.
   *
   * @returns over bytes of its own from a path or a `Blob`; over the source's bytes from a `Uint8Array` or an `ArrayBuffer`,
   *   where these are aligned to its elements
   * @throws TypeError where there is no such tensor or the file is closed
   * @throws SafetensorsError `unsupported-dtype`, or `short-read` where the source has become shorter
   */
  read(name: string): Promise<StoredTensor>;
  /**
   * Reads rows `begin` up to, not including, `end` of a tensor's first axis, and no other bytes.
   *
   * @throws TypeError as `read`, and where the tensor has no such rows
   */
  readRows(name: string, begin: number, end: number): Promise<StoredTensor>;
  /** Closes the file; `await using` does it at the end of a block. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The error for a tensor that is not there. */
export function unknownTensor(owner: string, name: string, names: readonly string[]): TypeError {
  const first = names.slice(0, 8).map((known) => `'${known}'`);
  const more = names.length > first.length ? ` and ${names.length - first.length} more` : '';
  return new TypeError(
    `${owner}: there is no tensor ${shown(name)}; there are ${first.join(', ') || 'none'}${more}`,
  );
}
