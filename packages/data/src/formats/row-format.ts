import type { Json } from '../json.ts';

/** Decoded complete lines. */
export interface TextBlock {
  /** Including the line ends */
  readonly text: string;
  /** The number of its first line, from 1 */
  readonly line: number;
  /** Whether these are the last lines of the file */
  readonly last: boolean;
  /** The indices, from 0, of lines with invalid bytes */
  readonly undecodable: ReadonlySet<number>;
  /** The context that the format returned for the block before; null at a file's beginning */
  readonly context: Json;
  /** The file's name */
  readonly file: string;
}

/** A bad row of a block. */
export interface BadPlace {
  /** Number of good rows of the block before it */
  readonly at: number;
  readonly line: number;
  readonly reason: string;
  readonly text: string;
}

/** The rows of a block of lines. */
export interface Rows<T> {
  readonly values: readonly T[];
  /** The line of the value at an index */
  lineOf(index: number): number;
  /** In order */
  readonly bad: readonly BadPlace[];
  /** Number of lines, without those of `rest` */
  readonly lines: number;
  /** Number of lines at the end that should be read again with the lines that follow; 0 for a last block */
  readonly rest: number;
  /** The context for the next block, as JSON */
  readonly context: Json;
}

/** Parses lines into rows. It does not read files and keeps nothing between blocks. */
export interface RowFormat<T> {
  /** The settings on which its rows depend. A saved state with other settings is rejected. */
  readonly dialect: Readonly<Record<string, Json>>;
  /** The possible contexts of a block, apart from null */
  readonly contexts?: { readonly expected: string; fits(context: Json): boolean } | undefined;
  read(block: TextBlock): Rows<T>;
}
