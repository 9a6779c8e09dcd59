/** What is wrong with a file, for a program to act upon. */
export type SafetensorsFault =
  /** Shorter than the 8 bytes that give the header's length */
  | 'too-short'
  /** A header of more than 100,000,000 bytes */
  | 'header-too-large'
  /** A header that is longer than the file */
  | 'header-truncated'
  /** A header whose first byte is not `{` */
  | 'header-start'
  /** A header that is not UTF-8, or names that are no Unicode text */
  | 'header-encoding'
  /** A header that is not the JSON that it has to be */
  | 'header-syntax'
  /** A name, or a field of an entry, that comes twice */
  | 'duplicate-name'
  /** An entry without one of dtype, shape and data_offsets, or with another field */
  | 'entry'
  /** A dtype that the format does not have */
  | 'unknown-dtype'
  /** A shape of more than 64 axes */
  | 'too-many-axes'
  /** A number, or a product of sizes, over 2⁵³ − 1 */
  | 'overflow'
  /** Elements of less than a byte that fill no whole number of bytes */
  | 'partial-byte'
  /** A range of bytes that ends before it begins, or is not as long as shape and dtype say */
  | 'size-mismatch'
  | 'overlap'
  /** Bytes between two tensors that belong to none */
  | 'hole'
  /** A file that ends before its tensors do */
  | 'truncated'
  /** A file that goes on after its last tensor */
  | 'trailing-bytes'
  /** A tensor whose dtype JavaScript has no array for; the others of its file can be read */
  | 'unsupported-dtype'
  /** A source that gave fewer bytes than it said that it has */
  | 'short-read'
  /** An index of shards that is not JSON with a `weight_map` of strings */
  | 'index-syntax'
  /** A shard outside of the index's folder */
  | 'shard-path'
  | 'missing-shard'
  /** A tensor that the index says is in a shard which lacks it */
  | 'missing-tensor'
  | 'tensor-in-two-shards';

export interface SafetensorsErrorOptions extends ErrorOptions {
  readonly file?: string | undefined;
  readonly tensor?: string | undefined;
}

/**
 * Bytes that are not a safetensors file, or are a damaged one: the only error that reading bytes comes to. Wrong arguments are
 * `TypeError`s, and what the file system says (a file that is not there) passes through as it is.
 */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
  readonly reason: SafetensorsFault;
  /** The file, where it has a name */
  readonly file: string | undefined;
  /** The tensor that the error is about */
  readonly tensor: string | undefined;

  /** @param words what was expected and what came, as a sentence without the file's name */
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

/** The most characters of a name that an error spells out. */
const LONGEST = 200;

/** A name that a file gave, as an error says it. */
export function quoted(name: string): string {
  return name.length > LONGEST ? `'${name.slice(0, LONGEST)}…'` : `'${name}'`;
}

/** `[2, 3]` */
export const shapeText = (shape: readonly unknown[]): string => `[${shape.join(', ')}]`;
