import { shown } from '@unroll/backend/checks';
import { FormatError } from '@unroll/backend/errors';
import type { Json } from '../json.ts';
import { columnsText } from './csv-records.ts';
import type { BadPlace, RowFormat, Rows, TextBlock } from './row-format.ts';

/** The columns: named by the first row of each file or by the caller, or without names. */
export interface CsvColumns {
  /** Whether each file begins with a row of names */
  readonly header: boolean;
  /** Undefined: the names in the header. False: rows are arrays */
  readonly columns: readonly string[] | false | undefined;
  /** Whether `columns` may be other names than the header's, in its order. Otherwise they are the header's, in any order. */
  readonly renames: boolean;
}

export type CsvRow = Record<string, string> | string[];

/** Collects the rows of a block. The first row of a file determines the number of columns, and may name them. */
export class BlockRows {
  readonly #block: TextBlock;
  readonly #columns: CsvColumns;
  readonly #values: CsvRow[] = [];
  readonly #lines: number[] = [];
  readonly #bad: BadPlace[] = [];
  #names: readonly string[] | undefined;
  #rowOf: (fields: string[]) => CsvRow = (fields) => fields;
  #width: number | undefined;

  constructor(block: TextBlock, columns: CsvColumns) {
    this.#block = block;
    this.#columns = columns;
    const { context } = block;
    if (typeof context === 'number') this.#width = context;
    else if (isNames(context)) this.#name(context);
  }

  /** The required number of columns; undefined before the first row. */
  get width(): number | undefined {
    const { columns } = this.#columns;
    return this.#width ?? (columns ? columns.length : undefined);
  }

  /** Adds a record. `at` is the index of its first line in the block. */
  take(fields: string[], at: number, text: string): void {
    if (this.#width === undefined && this.#begin(fields, at)) return;
    if (fields.length !== this.#width) {
      this.refuse(`${columnsText(fields.length)}; expected ${this.#width}`, at, text);
      return;
    }
    this.#values.push(this.#rowOf(fields));
    this.#lines.push(this.#block.line + at);
  }

  /** @throws FormatError when the record is the header */
  refuse(reason: string, at: number, text: string): void {
    const line = this.#block.line + at;
    if (this.#width === undefined && this.#columns.header) throw this.#headerError(reason, at);
    this.#bad.push({ at: this.#values.length, line, reason, text });
  }

  rows(): Pick<Rows<CsvRow>, 'values' | 'bad' | 'lineOf' | 'context'> {
    const context: Json = this.#names ?? this.#width ?? null;
    return { values: this.#values, bad: this.#bad, lineOf: (i) => this.#lines[i]!, context };
  }

  /** Takes the columns from the file's first row. Returns whether that row is the header. */
  #begin(fields: readonly string[], at: number): boolean {
    const { header, columns = fields } = this.#columns;
    if (header && columns && fields.length !== columns.length) {
      throw this.#headerError(`${columnsText(fields.length)}; expected ${columns.length}`, at);
    }
    if (header && columns && !this.#columns.renames && !areSame(fields, columns)) {
      throw this.#headerError(
        `${fields.map(shown).join(', ')}; expected ${columns.map(shown).join(', ')}. Give header: false if the file has no ` +
          'header, or header: true to give its columns these names',
        at,
      );
    }
    if (columns === false) this.#width = fields.length;
    else {
      const twice = columns.find((name, i) => columns.indexOf(name) !== i);
      if (twice !== undefined) throw this.#headerError(`'${twice}' names two columns`, at);
      this.#name(header && !this.#columns.renames ? fields : columns);
    }
    return header;
  }

  #name(names: readonly string[]): void {
    this.#names = names;
    this.#width = names.length;
    this.#rowOf = rowMaker(names);
  }

  #headerError(reason: string, at: number): FormatError {
    return new FormatError(`${this.#block.file}:${this.#block.line + at}: the header: ${reason}`);
  }
}

const isNames = (context: Json): context is readonly string[] =>
  Array.isArray(context) && context.every((name) => typeof name === 'string');

/** Whether two lists have the same names, in any order. */
const areSame = (names: readonly string[], others: readonly string[]): boolean =>
  names.length === others.length && names.every((name) => others.includes(name));

/** The possible contexts of a block, known from the blocks before: the names of the columns, or their number. */
export function contextsOf({
  columns,
  header,
  renames,
}: CsvColumns): NonNullable<RowFormat<CsvRow>['contexts']> {
  if (columns === false) {
    return {
      expected: 'a number of columns',
      fits: (context) => Number.isSafeInteger(context) && Number(context) > 0,
    };
  }
  return {
    expected: columns ? `the columns ${columns.join(', ')}` : "the columns' names",
    fits(context) {
      if (!isNames(context) || new Set(context).size < context.length) return false;
      if (!columns) return context.length > 0;
      return header && !renames
        ? areSame(context, columns)
        : JSON.stringify(context) === JSON.stringify(columns);
    },
  };
}

function rowMaker(names: readonly string[]): (fields: string[]) => Record<string, string> {
  // Assigning a field of this name would change the prototype of the row.
  if (names.includes('__proto__')) {
    return (fields) => Object.fromEntries(names.map((name, i) => [name, fields[i]!]));
  }
  return (fields) => {
    const row: Record<string, string> = {};
    for (let i = 0; i < names.length; i++) row[names[i]!] = fields[i]!;
    return row;
  };
}
