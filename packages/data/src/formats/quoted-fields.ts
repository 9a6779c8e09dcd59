import { parse } from '#csv-parse';

/** How fields are separated and quoted. */
export interface Dialect {
  readonly delimiter: string;
  /** False: no character is a quote */
  readonly quote: string | false;
  readonly escape: string;
}

/** The fields of records whose quotes are known to be valid. */
export function quotedFields(records: readonly string[], dialect: Dialect): string[][] {
  const text = records.map((record) => (/[\r\n]$/.test(record) ? record : `${record}\n`)).join('');
  return parse(text, { ...dialect, relax_column_count: true, record_delimiter: ['\r\n', '\n', '\r'] });
}
