import { kind } from '@unroll/backend/checks';
import { FormatError } from '@unroll/backend/errors';

/** A row that could not be read, and was left out. */
export interface BadRow {
  /** The source's name */
  readonly file: string;
  /** From 1; of a row of several lines, its first */
  readonly line: number;
  /** What is wrong: `3 columns; expected 4` */
  readonly reason: string;
  /** The row as it stands there, as far as it can be told */
  readonly text: string;
}

export interface BadRowOptions {
  /** Called with each bad row. Absent: a warning for the first, and their count at the end. */
  onBadRow?: ((row: BadRow) => void) | undefined;
  /** Whether the first bad row is an error. Default false. */
  strict?: boolean | undefined;
}

export const badRowKinds = { onBadRow: kind.func, strict: kind.flag };

/** The places that the summary names. */
const PLACES = 5;

/** The bad rows of one reading: counted, and none left out without a word. */
export class BadRows {
  readonly #options: BadRowOptions;
  readonly #places: string[] = [];
  #count: number;
  #here = 0;

  /** @param count those of the reading that this one goes on with */
  constructor(options: BadRowOptions, count = 0) {
    this.#options = options;
    this.#count = count;
  }

  get count(): number {
    return this.#count;
  }

  /** @throws FormatError where the reading is strict, and what `onBadRow` throws; the row is not counted then */
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

  /** Says at the reading's end how many there were, if more than the one that was spoken of. */
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
