import type { kind } from '@unroll/backend/checks';

/** Named bytes that can be read from any position. */
export interface Source {
  /** The name in errors and states */
  readonly name: string;
  /** The stored size in bytes, by which a resumed reading detects that the file has changed; undefined when unknown. */
  size(): Promise<number | undefined>;
  /** Yields the bytes from `offset` on, chunk by chunk on request. */
  open(offset: number): AsyncIterable<Uint8Array<ArrayBuffer>>;
}

export const isSource: kind.Kind = {
  expected: 'a source, such as fileSource(path)',
  fits: (value) =>
    typeof (value as Partial<Source> | null)?.open === 'function' &&
    typeof (value as Partial<Source>).size === 'function' &&
    typeof (value as Source).name === 'string',
};
