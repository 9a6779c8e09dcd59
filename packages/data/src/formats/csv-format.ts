import { type CsvRecord, cutRecords, LONGEST_RECORD } from './csv-records.ts';
import { BlockRows, type CsvColumns, type CsvRow } from './csv-rows.ts';
import { splitLines, withoutEnd } from './line-ends.ts';
import { type Dialect, type Fields, quotedFields } from './quoted-fields.ts';
import type { RowFormat, TextBlock } from './row-format.ts';
import { UNDECODABLE } from './walk-lines.ts';

/** Rows of fields that a delimiter parts. Only records with quotes need the parser: all others are split. */
export function csvFormat(dialect: Dialect, columns: CsvColumns): RowFormat<CsvRow> {
  return {
    read(block) {
      const rows = new BlockRows(block, columns);
      const { quote } = dialect;
      const simple = quote === false || !block.text.includes(quote);
      const counts = simple ? readLines(block, dialect, rows) : readRecords(block, dialect, rows);
      return { ...rows.rows(), ...counts };
    },
  };
}

interface Counts {
  readonly lines: number;
  readonly rest: number;
}

/** Without quotes a line is a record. */
function readLines({ text, undecodable }: TextBlock, { delimiter }: Dialect, rows: BlockRows): Counts {
  const lines = splitLines(text);
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    if (line === '') continue;
    if (undecodable.has(i)) rows.refuse(UNDECODABLE, i, line);
    else rows.take(line.split(delimiter), i, line);
  }
  return { lines: lines.length, rest: 0 };
}

function readRecords({ text, last, undecodable }: TextBlock, dialect: Dialect, rows: BlockRows): Counts {
  const { records, ...counts } = cutRecords(text, dialect, last);
  const parsed = quotedFields(
    records.filter(isParsed).map((record) => record.text),
    dialect,
  );
  let next = 0;
  for (const record of records) {
    const { line, lines, open } = record;
    const content = withoutEnd(record.text);
    const found: Fields = isParsed(record) ? parsed[next++]! : { fields: content.split(dialect.delimiter) };
    const unreadable = undecodable.size > 0 && rangeOf(line, lines).some((at) => undecodable.has(at));
    if (unreadable) rows.refuse(UNDECODABLE, line, content);
    else if (open) rows.refuse(OPEN, line, content);
    else if ('reason' in found) rows.refuse(found.reason, line, content);
    else rows.take(found.fields, line, content);
  }
  return counts;
}

const OPEN = `a quote that does not close within ${LONGEST_RECORD} characters or to the file's end`;

const isParsed = ({ quoted, open }: CsvRecord): boolean => quoted && !open;

const rangeOf = (start: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => start + i);
