import type { Source } from './source.ts';

/** Which file of which corpus. */
export interface FileKey {
  readonly corpus: string;
  readonly file: string;
  /** What the file has to be: another one of the same name is another file */
  readonly sha256: string;
}

/** A file that is being downloaded, of one owner at a time. */
export interface PartialFile {
  /** Bytes that are there */
  readonly size: number;
  /** By which the server tells whether its file is still the one that these bytes are of: an ETag, or a date */
  readonly validator: string | undefined;
  /** Throws away what is there, and begins with the first byte. */
  restart(validator: string | undefined): Promise<void>;
  append(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** What is there */
  source(): Promise<Source>;
  /** The file is whole and right: from now on it is found. Where that fails, the part is still its owner's. */
  keep(): Promise<Source>;
  /** Leaves what is there for another time. */
  release(): Promise<void>;
  remove(): Promise<void>;
}

/** Where downloaded files are kept. */
export interface CorpusStore {
  /** A file that is whole and right */
  find(key: FileKey): Promise<Source | undefined>;
  /** A place to download to, with what an earlier download has left. */
  claim(key: FileKey): Promise<PartialFile>;
}
