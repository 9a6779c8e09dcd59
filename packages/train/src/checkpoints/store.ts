/**
 * A place for checkpoints: names, each with a few files. `folder` and `opfs` return such stores; a program may write
 * its own.
 */
export interface CheckpointStore {
  /** The place in words, for messages: a path */
  readonly location: string;
  /** Whether the store outlives the program. Default true */
  readonly lasting?: boolean;
  /** The names of the stored checkpoints, in any order. Unfinished checkpoints are left out. */
  list(): Promise<string[]>;
  /**
   * Writes a checkpoint, completely or not at all. Once it resolves, neither the end of the process nor a power cut
   * undoes it. Before that, there is no checkpoint of this name. An existing checkpoint of the name is replaced.
   */
  write(name: string, files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>): Promise<void>;
  /** A file's bytes; undefined when there is no such file. */
  read(name: string, file: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Removes a checkpoint. A missing checkpoint is not an error. */
  remove(name: string): Promise<void>;
}
