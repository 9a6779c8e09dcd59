/**
 * Where checkpoints lie: names, each with a few files. `folder` and `opfs` are such stores; a program may bring its own.
 */
export interface CheckpointStore {
  /** The place in words, for messages: a path */
  readonly location: string;
  /** Whether it outlives the program. Default true */
  readonly lasting?: boolean;
  /** The names of the checkpoints that are there, in any order. One that is not written to its end is not among them. */
  list(): Promise<string[]>;
  /**
   * Writes a checkpoint, or nothing: when it resolves, neither the end of the process nor a power cut undoes it; before, there is no
   * checkpoint of this name. One that had the name is replaced.
   */
  write(name: string, files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>): Promise<void>;
  /** A file's bytes; undefined where there is no such file. */
  read(name: string, file: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Removes a checkpoint; one that is not there is no error. */
  remove(name: string): Promise<void>;
}
