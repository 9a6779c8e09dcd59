/** The fault of a file, as a value that a program can test. */
export type SafetensorsFault =
  /** Shorter than the 8 bytes that give the header's length */
  | 'too-short'
  /** A header of more than 100,000,000 bytes */
  | 'header-too-large'
  /** A header that is longer than the file */
  | 'header-truncated'
  /** A header whose first byte is not `{` */
  | 'header-start'
  /** A header that is not UTF-8, or names that are not Unicode text */
  | 'header-encoding'
  /** A header that is not JSON of the required form */
  | 'header-syntax'
  /** A repeated name, or a repeated field of an entry */
  | 'duplicate-name'
  /** An entry without one of dtype, shape and data_offsets, or with another field */
  | 'entry'
  /** A dtype that the format does not have */
  | 'unknown-dtype'
  /** A shape of more than 64 axes */
  | 'too-many-axes'
  /** A number, or a product of sizes, over 2⁵³ − 1 */
  | 'overflow'
  /** Elements of less than a byte that do not fill a whole number of bytes */
  | 'partial-byte'
  /** A range of bytes that ends before it begins, or whose length does not fit shape and dtype */
  | 'size-mismatch'
  | 'overlap'
  /** Bytes between two tensors that belong to no tensor */
  | 'hole'
  /** A file that ends before its tensors end */
  | 'truncated'
  /** A file that continues after its last tensor */
  | 'trailing-bytes'
  /** A tensor whose dtype has no JavaScript array; the other tensors of its file can be read */
  | 'unsupported-dtype'
  /** A source that returned fewer bytes than its size */
  | 'short-read'
  /** An index of shards that is not JSON with a `weight_map` of strings */
  | 'index-syntax'
  /** A shard outside of the index's folder */
  | 'shard-path'
  | 'missing-shard'
  /** A tensor that, by the index, is in a shard, but is missing there */
  | 'missing-tensor'
  | 'tensor-in-two-shards';

export interface SafetensorsErrorOptions extends ErrorOptions {
  readonly file?: string | undefined;
  readonly tensor?: string | undefined;
}

/**
 * The bytes are not a safetensors file, or are damaged. Reading bytes throws no other error. Invalid arguments are
 * `TypeError`s, and errors of the file system (such as a missing file) pass through unchanged.
 */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
  readonly reason: SafetensorsFault;
  /** The file, if it has a name */
  readonly file: string | undefined;
  /** The tensor with the fault */
  readonly tensor: string | undefined;

  /** @param words what was expected and what was found, as a sentence without the file's name */
  constructor(
    reason: SafetensorsFault,
    words: string,
    { file, tensor, ...options }: SafetensorsErrorOptions = {},
  ) {
    super(`${file ?? 'safetensors'}: ${words}`, options);
    this.reason = reason;
    this.file = file;
    this.tensor = tensor;
  }
}

/** The greatest number of characters of a name in an error. */
const LONGEST = 200;

/** A name from a file, as quoted in an error. */
export function quoted(name: string): string {
  return name.length > LONGEST ? `'${name.slice(0, LONGEST)}…'` : `'${name}'`;
}

/** `[2, 3]` */
export const shapeText = (shape: readonly unknown[]): string => `[${shape.join(', ')}]`;
