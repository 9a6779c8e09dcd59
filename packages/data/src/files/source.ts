/** Bytes with a name, which may be read from any place. */
export interface Source {
  /** What errors and states call it */
  readonly name: string;
  /** How many bytes the file has as it lies there, by which a resumed reading finds that it has changed; undefined where nobody knows. */
  size(): Promise<number | undefined>;
  /** Gives the bytes from `offset` on, chunk by chunk as they are asked for. */
  open(offset: number): AsyncIterable<Uint8Array<ArrayBuffer>>;
}
