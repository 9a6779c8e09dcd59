import { kind } from '@unroll/backend/checks';
import { FormatError } from '@unroll/backend/errors';

/** A row that could not be read, and was skipped. */
export interface BadRow {
  /** The source's name */
  readonly file: string;
  /** From 1; for a row of several lines, the first one */
  readonly line: number;
  /** The fault: `3 columns; expected 4` */
  readonly reason: string;
  /** The text of the row, as far as known */
  readonly text: string;
}

export interface BadRowOptions {
  /** Called with each bad row. Default: a warning for the first, and their number at the end. */
  onBadRow?: ((row: BadRow) => void) | undefined;
  /** Whether the first bad row throws an error. Default false. */
  strict?: boolean | undefined;
}

export const badRowKinds = { onBadRow: kind.func, strict: kind.flag };

/** The number of positions that the summary lists. */
const PLACES = 5;

/** Counts the bad rows of one reading and reports each of them. */
export class BadRows {
  readonly #options: BadRowOptions;
  readonly #places: string[] = [];
  #count: number;
  #here = 0;

  /** @param count number of bad rows before the state from which the reading resumes */
  constructor(options: BadRowOptions, count = 0) {
    this.#options = options;
    this.#count = count;
  }

  get count(): number {
    return this.#count;
  }

  /** @throws FormatError when `strict` is set, and any error of `onBadRow`; the row is then not counted */
  report(row: BadRow): void {
    const { onBadRow, strict } = this.#options;
    const place = `${row.file}:${row.line}`;
    const message = `${place}: ${row.reason}: ${shortened(row.text)}`;
    if (strict) throw new FormatError(message);
    this.#count++;
    if (onBadRow) {
      try {
        onBadRow(row);
      } catch (error) {
        this.#count--;
        throw error;
      }
      return;
    }
    this.#here++;
    if (this.#here === 1) console.warn(`A row is left out. ${message}`);
    if (this.#places.length < PLACES) this.#places.push(place);
  }

  /** Warns at the end of the reading how many rows were bad, if more than one. */
  end(): void {
    if (this.#here < 2) return;
    const more = this.#here > PLACES ? ', …' : '';
    console.warn(`${this.#here} rows were left out: ${this.#places.join(', ')}${more}`);
    this.#here = 0;
  }
}

const LONGEST = 80;

function shortened(text: string): string {
  const shown = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return JSON.stringify(shown);
}
