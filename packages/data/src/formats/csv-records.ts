import { endOfLine, withoutEnd } from './line-ends.ts';
import type { Dialect } from './quoted-fields.ts';
import type { TextBlock } from './row-format.ts';
import { UNDECODABLE, undecodableIn } from './walk-lines.ts';

/** Lines that make a record. */
export interface CsvRecord {
  /** With the end of its last line */
  readonly text: string;
  /** Its first line in the block, from 0 */
  readonly line: number;
  readonly quoted: boolean;
  /** What is wrong with it */
  readonly fault: string | undefined;
}

/** A dialect in which there are quotes. */
export type QuotedDialect = Dialect & { readonly quote: string };

/** The most characters of a record of several lines; a quote that has not closed by then never will. */
const LONGEST_RECORD = 2 ** 20;

export const columnsText = (count: number): string => `${count} ${count === 1 ? 'column' : 'columns'}`;

const faults = {
  inside: 'a quote within a field that does not begin with one',
  after: 'a quote that closes before its field ends',
  open: `a quote that does not close within ${LONGEST_RECORD} characters or to the file's end`,
};

/**
 * Cuts complete lines into records: a line, or lines to where the quotes close that fields began with. Empty lines are passed over.
 * Where lines make no good record together, only the first is bad, and the next begins another: it may be a stray quote that had
 * joined them.
 *
 * @param width how many columns there are; undefined: as many as in the first good record
 * @returns the records, how many lines they have, and how many at the end begin one that goes on
 */
export function cutRecords(
  block: Pick<TextBlock, 'text' | 'last' | 'undecodable'>,
  dialect: QuotedDialect,
  width: number | undefined,
): { records: CsvRecord[]; lines: number; rest: number } {
  const { text, last } = block;
  const records: CsvRecord[] = [];
  let columns = width;
  let line = 0;
  let at = 0;
  const add = (end: number, quoted: boolean, fault?: string): void => {
    const record = text.slice(at, end);
    if (withoutEnd(record) !== '') records.push({ text: record, line, quoted, fault });
    at = end;
  };
  while (at < text.length) {
    const first = endOfLine(text, at);
    const content = withoutEnd(text.slice(at, first));
    if (!content.includes(dialect.quote)) {
      const unreadable = block.undecodable.has(line);
      if (!unreadable && content !== '') columns ??= content.split(dialect.delimiter).length;
      add(first, false, unreadable ? UNDECODABLE : undefined);
      line++;
      continue;
    }
    const found = recordAt(text, at, dialect);
    if ('fault' in found) {
      if (found.fault === 'open' && !last && text.length - at <= LONGEST_RECORD) break;
      add(first, true, faults[found.fault]);
      line++;
      continue;
    }
    const lines = linesIn(text, at, found.end);
    if (lines > 1 && columns !== undefined && found.columns !== columns) {
      add(first, true, `${columnsText(found.columns)}; expected ${columns}`);
      line++;
      continue;
    }
    const unreadable = undecodableIn(block, line, line + lines) >= 0;
    if (!unreadable) columns ??= found.columns;
    add(found.end, true, unreadable ? UNDECODABLE : undefined);
    line += lines;
  }
  return { records, lines: line, rest: linesIn(text, at, text.length) };
}

/** Where the record ends that begins at a place, and its columns; or why there is none. */
function recordAt(
  text: string,
  start: number,
  dialect: QuotedDialect,
): { readonly end: number; readonly columns: number } | { readonly fault: keyof typeof faults } {
  const { quote, delimiter } = dialect;
  let end = endOfLine(text, start);
  const farthest = Math.max(end, start + LONGEST_RECORD);
  let line = withoutEnd(text.slice(start, end));
  let lineStart = start;
  let at = start;
  for (let columns = 1; ; columns++) {
    if (text[at] === quote) {
      const close = closing(text, at + 1, dialect);
      if (close < 0 || close >= farthest) return { fault: 'open' };
      at = close + 1;
      if (at > end) {
        lineStart = at;
        end = endOfLine(text, at);
        line = withoutEnd(text.slice(at, end));
      }
      if (at - lineStart === line.length) return { end, columns };
      if (!line.startsWith(delimiter, at - lineStart)) return { fault: 'after' };
      at += delimiter.length;
      continue;
    }
    const next = line.indexOf(delimiter, at - lineStart);
    const field = line.slice(at - lineStart, next < 0 ? line.length : next);
    if (field.includes(quote)) return { fault: 'inside' };
    if (next < 0) return { end, columns };
    at = lineStart + next + delimiter.length;
  }
}

/** The quote that closes a field of which the text begins at a place; -1 where there is none. */
function closing(text: string, from: number, { quote, escape: escaping }: QuotedDialect): number {
  if (escaping === quote) {
    let at = text.indexOf(quote, from);
    while (at >= 0 && text[at + 1] === quote) at = text.indexOf(quote, at + 2);
    return at;
  }
  for (let at = from; at < text.length; at++) {
    if (text[at] === escaping) at++;
    else if (text[at] === quote) return at;
  }
  return -1;
}

function linesIn(text: string, start: number, end: number): number {
  let lines = 0;
  for (let at = start; at < end; at = endOfLine(text, at)) lines++;
  return lines;
}
