import { FormatError } from '@unroll/backend/errors';
import type { Source } from '../files/source.ts';
import { endOfLines } from './line-ends.ts';

/** Complete lines of a file, with their line ends. */
export interface LineBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Whether these are the last lines of the file */
  readonly last: boolean;
}

/** The greatest number of bytes of a row of one or more lines. Decoding and splitting hold it in memory a few times. */
const LONGEST_ROW = 64 * 2 ** 20;

/**
 * Reads the lines of a file, as many at a time as a chunk completes. Memory holds one chunk, or one row if it is
 * longer.
 */
export class LineBlocks {
  readonly #name: string;
  readonly #chunks: AsyncIterator<Uint8Array<ArrayBuffer>>;
  readonly #longest: number;
  /** The bytes that were read after the last block */
  #ahead: Uint8Array<ArrayBuffer>[] = [];
  #length = 0;
  /** How many of these bytes were put back */
  #back = 0;
  #ended = false;

  constructor(source: Source, offset: number, longest = LONGEST_ROW) {
    this.#name = source.name;
    this.#chunks = source.open(offset)[Symbol.asyncIterator]();
    this.#longest = longest;
  }

  /**
   * The next lines; undefined after the last line.
   *
   * @param line the number of the first line
   * @throws FormatError when a line is too long
   */
  async next(line: number): Promise<LineBlock | undefined> {
    let complete = 0;
    while (!this.#ended) {
      const { value: chunk, done } = await this.#chunks.next();
      if (done) {
        this.#ended = true;
        return { bytes: joined(this.#ahead), last: true };
      }
      const end = endOfLines(chunk);
      if (end > 0) complete = this.#length + end;
      this.#ahead.push(chunk);
      this.#length += chunk.length;
      const tooLong = this.#length > this.#longest;
      // Lines that were put back are parsed again from their beginning. Wait until twice as many bytes are there, so
      // that this stays cheap.
      if (complete > 0 && (tooLong || this.#length >= 2 * this.#back)) return this.#take(complete);
      if (tooLong) throw this.#rowError(line);
    }
    return undefined;
  }

  #take(complete: number): LineBlock {
    const all = joined(this.#ahead);
    this.#ahead = [all.subarray(complete)];
    this.#length -= complete;
    this.#back = 0;
    return { bytes: all.subarray(0, complete), last: false };
  }

  /**
   * Puts back the last lines of a block, so that the next block begins with them.
   *
   * @param line the number of the first line
   * @throws FormatError when they are longer than a row may be
   */
  takeBack(bytes: Uint8Array<ArrayBuffer>, line: number): void {
    if (bytes.length > this.#longest) throw this.#rowError(line);
    this.#ahead.unshift(bytes);
    this.#length += bytes.length;
    this.#back = bytes.length;
  }

  #rowError(line: number): FormatError {
    return new FormatError(
      `${this.#name}:${line}: the row that begins here does not end within ${this.#longest} bytes`,
    );
  }

  async close(): Promise<void> {
    this.#ended = true;
    this.#ahead = [];
    await this.#chunks.return?.();
  }
}

function joined(parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const filled = parts.filter(({ length }) => length > 0);
  if (filled.length === 1) return filled[0]!;
  const all = new Uint8Array(filled.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of filled) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
