import type { Source } from './source.ts';

/** Identifies a file of a corpus. */
export interface FileKey {
  readonly corpus: string;
  readonly file: string;
  /** Checksum of the file. A file of the same name with another checksum is another file. */
  readonly sha256: string;
}

/** A file that is being downloaded. It has one owner at a time. */
export interface PartialFile {
  /** Number of received bytes */
  readonly size: number;
  /** An ETag or a date, from which the server can tell whether these bytes belong to its current file */
  readonly validator: string | undefined;
  /** Discards the received bytes, and starts at the first byte. */
  restart(validator: string | undefined): Promise<void>;
  append(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** The received bytes */
  source(): Promise<Source>;
  /** Makes the complete, verified file available to `find`. When that fails, the owner still owns the part. */
  keep(): Promise<Source>;
  /** Leaves the received bytes for another time. */
  release(): Promise<void>;
  remove(): Promise<void>;
}

/** The storage of downloaded files. */
export interface CorpusStore {
  /** A complete, verified file */
  find(key: FileKey): Promise<Source | undefined>;
  /** Reserves a place for a download, with the received bytes of an earlier download. */
  claim(key: FileKey): Promise<PartialFile>;
}
