import { endOfLine, withoutEnd } from './line-ends.ts';
import type { Dialect } from './quoted-fields.ts';
import type { TextBlock } from './row-format.ts';
import { UNDECODABLE, undecodableIn } from './walk-lines.ts';

/** A record: one or more lines. */
export interface CsvRecord {
  /** Including the end of its last line */
  readonly text: string;
  /** The index of its first line in the block, from 0 */
  readonly line: number;
  readonly quoted: boolean;
  /** The fault of the record, if any */
  readonly fault: string | undefined;
}

/** A dialect with quotes. */
export type QuotedDialect = Dialect & { readonly quote: string };

/**
 * The greatest number of characters of a record of several lines. A quote that is still open after that never closes.
 */
const LONGEST_RECORD = 2 ** 20;

export const columnsText = (count: number): string => `${count} ${count === 1 ? 'column' : 'columns'}`;

const faults = {
  inside: 'a quote within a field that does not begin with one',
  after: 'a quote that closes before its field ends',
  open: `a quote that does not close within ${LONGEST_RECORD} characters or to the file's end`,
};

/**
 * Cuts complete lines into records: single lines, or lines up to where the quotes of their fields close. Empty lines
 * are skipped. When lines together do not form a valid record, only the first line is bad, and the next line begins
 * another record: a stray quote may have joined them.
 *
 * @param width number of columns; undefined: that of the first valid record
 * @returns the records, their number of lines, and the number of lines at the end that begin an incomplete record
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

/** The end of the record that begins at a position, and its number of columns; or the fault. */
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

/** The position of the quote that closes a field whose text begins at `from`; -1 when there is none. */
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
