import { cutRecords, type QuotedDialect } from './csv-records.ts';
import { BlockRows, type CsvColumns, type CsvRow, contextsOf } from './csv-rows.ts';
import { splitLines, withoutEnd } from './line-ends.ts';
import { type Dialect, quotedFields } from './quoted-fields.ts';
import type { RowFormat, TextBlock } from './row-format.ts';
import { UNDECODABLE } from './walk-lines.ts';

/** Rows of delimited fields. Only records with quotes need the parser; all others are split. */
export function csvFormat(dialect: Dialect, columns: CsvColumns): RowFormat<CsvRow> {
  return {
    dialect: { format: 'csv', ...dialect, header: columns.header, columns: columns.columns ?? null },
    contexts: contextsOf(columns),
    read(block) {
      const rows = new BlockRows(block, columns);
      const counts =
        hasQuotes(dialect) && block.text.includes(dialect.quote)
          ? readRecords(block, dialect, rows)
          : readLines(block, dialect, rows);
      return { ...rows.rows(), ...counts };
    },
  };
}

interface Counts {
  readonly lines: number;
  readonly rest: number;
}

/** Without quotes each line is a record. */
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

function readRecords(block: TextBlock, dialect: QuotedDialect, rows: BlockRows): Counts {
  const { records, ...counts } = cutRecords(block, dialect, rows.width);
  const parsed = quotedFields(
    records.filter(({ quoted, fault }) => quoted && fault === undefined).map(({ text }) => text),
    dialect,
  );
  let next = 0;
  for (const { text, line, quoted, fault } of records) {
    const content = withoutEnd(text);
    if (fault !== undefined) rows.refuse(fault, line, content);
    else rows.take(quoted ? parsed[next++]! : content.split(dialect.delimiter), line, content);
  }
  return counts;
}

const hasQuotes = (dialect: Dialect): dialect is QuotedDialect => dialect.quote !== false;
