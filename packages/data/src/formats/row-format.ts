import type { Json } from '../json.ts';

/** Complete lines, decoded. */
export interface TextBlock {
  /** With the ends of its lines */
  readonly text: string;
  /** The number of its first line, from 1 */
  readonly line: number;
  /** Whether the file ends with it */
  readonly last: boolean;
  /** Lines with bytes that are none of the encoding's, by their place in the block, from 0 */
  readonly undecodable: ReadonlySet<number>;
  /** What the format made of the block before; null at a file's beginning */
  readonly context: Json;
  /** The file's name */
  readonly file: string;
}

/** A bad row of a block. */
export interface BadPlace {
  /** How many good rows of the block come before it */
  readonly at: number;
  readonly line: number;
  readonly reason: string;
  readonly text: string;
}

/** What a block of lines holds. */
export interface Rows<T> {
  readonly values: readonly T[];
  /** The line of each value */
  lineOf(index: number): number;
  /** In their order */
  readonly bad: readonly BadPlace[];
  /** How many lines there are, without those of `rest` */
  readonly lines: number;
  /** How many lines at the end are to be given again with those that follow; none of a last block */
  readonly rest: number;
  /** For the next block, in JSON */
  readonly context: Json;
}

/** Lines to rows, without files and without memory between blocks. */
export interface RowFormat<T> {
  /** What its rows depend on: a state is refused where it says something else */
  readonly dialect: Readonly<Record<string, Json>>;
  /** What a block's context may be, null aside */
  readonly contexts?: { readonly expected: string; fits(context: Json): boolean } | undefined;
  read(block: TextBlock): Rows<T>;
}
