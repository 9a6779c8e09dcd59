import { shown } from './check-options.ts';
import type { StoredTensor, TensorInfo } from './stored-tensor.ts';

/** An open file of tensors, or several shards of one. Its tensors are read one by one. */
export interface TensorFile {
  /** In the order of their bytes, shard after shard */
  readonly names: readonly string[];
  /** The writer's metadata, such as `format: 'pt'`; when shards differ, that of the first */
  readonly metadata: ReadonlyMap<string, string>;
  has(name: string): boolean;
  /** @throws TypeError when there is no such tensor */
  info(name: string): TensorInfo;
  /**
   * Reads a tensor.
   *
   * @returns a tensor over its own bytes when the source is a path or a `Blob`; over the source's bytes when it is a
   *   `Uint8Array` or an `ArrayBuffer` and aligned to the elements
   * @throws TypeError when there is no such tensor or the file is closed
   * @throws SafetensorsError `unsupported-dtype`, or `short-read` when the source has become shorter
   */
  read(name: string): Promise<StoredTensor>;
  /**
   * Reads rows `begin` up to, not including, `end` of a tensor's first axis, and no other bytes.
   *
   * @throws TypeError like `read`, and when the tensor does not have these rows
   */
  readRows(name: string, begin: number, end: number): Promise<StoredTensor>;
  /** Closes the file. `await using` calls it at the end of a block. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The error for a missing tensor. */
export function unknownTensor(owner: string, name: string, names: readonly string[]): TypeError {
  const first = names.slice(0, 8).map((known) => `'${known}'`);
  const more = names.length > first.length ? ` and ${names.length - first.length} more` : '';
  return new TypeError(
    `${owner}: there is no tensor ${shown(name)}; there are ${first.join(', ') || 'none'}${more}`,
  );
}
