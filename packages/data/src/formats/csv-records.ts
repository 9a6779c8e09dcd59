import { endOfLine, withoutEnd } from './line-ends.ts';
import type { Dialect } from './quoted-fields.ts';

/** Lines that make a record. */
export interface CsvRecord {
  /** With the end of its last line */
  readonly text: string;
  /** Its first line in the block, from 0, and how many there are */
  readonly line: number;
  readonly lines: number;
  readonly quoted: boolean;
  /** Whether a quote was open where the record had to end: it is bad, and only its first line */
  readonly open: boolean;
}

/** The most characters of a record; a quote that has not closed by then never will. */
export const LONGEST_RECORD = 2 ** 20;

/**
 * Cuts complete lines into records: a line, or lines to where as many quotes close as have opened. Empty lines are passed over.
 *
 * @param last whether nothing follows
 * @returns the records, and how many lines at the end begin one that goes on
 */
export function cutRecords(
  text: string,
  dialect: Dialect,
  last: boolean,
): { records: CsvRecord[]; lines: number; rest: number } {
  const records: CsvRecord[] = [];
  let line = 0;
  let at = 0;
  while (at < text.length) {
    const record = recordAt(text, at, dialect, last);
    if (record === undefined) return { records, lines: line, rest: linesFrom(text, at) };
    if (withoutEnd(record.text) !== '') records.push({ ...record, line });
    line += record.lines;
    at += record.text.length;
  }
  return { records, lines: line, rest: 0 };
}

/** The record that begins at a place; undefined where it goes on after the text. */
function recordAt(
  text: string,
  start: number,
  dialect: Dialect,
  last: boolean,
): Omit<CsvRecord, 'line'> | undefined {
  const first = endOfLine(text, start);
  let lines = 0;
  let end = start;
  let quotes = 0;
  while (end < text.length && end - start <= LONGEST_RECORD) {
    const next = endOfLine(text, end);
    quotes += quotesIn(text.slice(end, next), dialect);
    end = next;
    lines++;
    if (quotes % 2 === 0) return { text: text.slice(start, end), lines, quoted: quotes > 0, open: false };
  }
  if (!last && end - start <= LONGEST_RECORD) return undefined;
  return { text: text.slice(start, first), lines: 1, quoted: true, open: true };
}

function quotesIn(line: string, dialect: Dialect): number {
  const { quote, escape: escaping } = dialect;
  if (quote === false || !line.includes(quote)) return 0;
  let count = 0;
  for (let i = 0; i < line.length; i++) {
    if (escaping !== quote && line[i] === escaping) i++;
    else if (line[i] === quote) count++;
  }
  return count;
}

function linesFrom(text: string, start: number): number {
  let lines = 0;
  for (let at = start; at < text.length; at = endOfLine(text, at)) lines++;
  return lines;
}
