import { splitLines } from './line-ends.ts';
import type { BadPlace, Rows, TextBlock } from './row-format.ts';

/** The fault of a line whose bytes cannot be decoded. */
export const UNDECODABLE = 'it has bytes that are none of the encoding';

/** The first line of a range that cannot be decoded; -1 when all can. */
export function undecodableIn(
  { undecodable }: Pick<TextBlock, 'undecodable'>,
  start: number,
  end: number,
): number {
  if (undecodable.size === 0) return -1;
  for (let line = start; line < end; line++) if (undecodable.has(line)) return line;
  return -1;
}

/** The meaning of a line: a row, nothing (skip it), or a bad row with the reason. */
export type LineRow<T> = { readonly row: T } | { readonly reason: string } | undefined;

/** The rows of a format with one row per line. */
export function rowsByLine<T>(block: TextBlock, rowOf: (line: string) => LineRow<T>): Rows<T> {
  const { text, line, undecodable, context } = block;
  const all = splitLines(text);
  const values: T[] = [];
  const places: number[] = [];
  const bad: BadPlace[] = [];
  for (const [i, content] of all.entries()) {
    const found = undecodable.has(i) ? { reason: UNDECODABLE } : rowOf(content);
    if (found === undefined) continue;
    if ('reason' in found) {
      bad.push({ at: values.length, line: line + i, reason: found.reason, text: content });
      continue;
    }
    values.push(found.row);
    places.push(line + i);
  }
  return { values, lineOf: (i) => places[i]!, bad, lines: all.length, rest: 0, context };
}
