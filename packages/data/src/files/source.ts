import type { kind } from '@unroll/backend/checks';

/** Bytes with a name, which may be read from any place. */
export interface Source {
  /** What errors and states call it */
  readonly name: string;
  /** How many bytes the file has as it lies there, by which a resumed reading finds that it has changed; undefined where nobody knows. */
  size(): Promise<number | undefined>;
  /** Gives the bytes from `offset` on, chunk by chunk as they are asked for. */
  open(offset: number): AsyncIterable<Uint8Array<ArrayBuffer>>;
}

export const isSource: kind.Kind = {
  expected: 'a source, such as fileSource(path)',
  fits: (value) =>
    typeof (value as Partial<Source> | null)?.open === 'function' &&
    typeof (value as Partial<Source>).size === 'function' &&
    typeof (value as Source).name === 'string',
};
