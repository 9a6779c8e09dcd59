import { messageOf } from '@unroll/backend/checks';
import { parse } from '#csv-parse';

/** How fields are told apart. */
export interface Dialect {
  readonly delimiter: string;
  /** False: no character is a quote */
  readonly quote: string | false;
  readonly escape: string;
}

/** The fields of a record, or what is wrong with it. */
export type Fields = { readonly fields: string[] } | { readonly reason: string };

/** The fields of records with quotes, all at once; only where that fails, each by itself. */
export function quotedFields(records: readonly string[], dialect: Dialect): Fields[] {
  const ended = records.map((record) => (/[\r\n]$/.test(record) ? record : `${record}\n`));
  try {
    const parsed = parsedFields(ended.join(''), dialect);
    if (parsed.length === records.length) return parsed.map((fields) => ({ fields }));
  } catch {
    // One of them is wrong, and the others are not.
  }
  return ended.map((record) => oneRecord(record, dialect));
}

function oneRecord(record: string, dialect: Dialect): Fields {
  try {
    const [fields, ...more] = parsedFields(record, dialect);
    return fields && more.length === 0 ? { fields } : { reason: 'quotes that do not close as they should' };
  } catch (error) {
    // What the package says of lines counts from the record's beginning.
    return { reason: messageOf(error).replace(/ at line \d+/, '') };
  }
}

function parsedFields(text: string, dialect: Dialect): string[][] {
  return parse(text, { ...dialect, relax_column_count: true, record_delimiter: ['\r\n', '\n', '\r'] });
}
