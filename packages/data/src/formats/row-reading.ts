import { messageOf } from '@unroll/backend/checks';
import { FormatError } from '@unroll/backend/errors';
import type { Reading } from '../dataset/stream.ts';
import type { Source } from '../files/source.ts';
import type { Json } from '../json.ts';
import { BadRows } from './bad-rows.ts';
import type { LineDecoder } from './decode.ts';
import { LineBlocks } from './line-blocks.ts';
import { startOfLastLines } from './line-ends.ts';
import type { ReadOptions } from './read-options.ts';
import { checkAllSkipped, checkSize, type ReadingState } from './reading-state.ts';
import type { RowFormat, Rows } from './row-format.ts';

/** The sources and the format of a reading. */
export interface RowsToRead<Row, T> {
  readonly sources: readonly Source[];
  readonly decoder: LineDecoder;
  readonly format: RowFormat<Row>;
  /** Converts a row to the yielded value. When it throws, the row is bad */
  readonly convert: (row: Row) => T;
  readonly options: ReadOptions;
}

/** One reading of rows, block after block, file after file. */
export class RowReading<Row, T> implements Reading<T> {
  readonly #of: RowsToRead<Row, T>;
  readonly #bad: BadRows;
  /** The position of the current block, or of the first. `#next`, `#nextBad` and `#bad` count what was done in it */
  #state: ReadingState;
  #file: LineBlocks | undefined;
  #rows: Rows<Row> | undefined;
  /** The index of the next row of the block */
  #next: number;
  /** The index of the next bad row of the block */
  #nextBad: number;
  /** The position of the next block */
  #following: ReadingState;
  #ended = false;
  /** The last queued call, and the number of queued calls */
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(of: RowsToRead<Row, T>, from: ReadingState) {
    this.#of = of;
    this.#bad = new BadRows(of.options, from.badRows);
    this.#state = from;
    this.#following = from;
    this.#next = from.skip;
    this.#nextBad = from.skipBad;
  }

  /** Number of bad rows so far, including those before a resume */
  get badRows(): number {
    return this.#bad.count;
  }

  state(): Json {
    return { ...this.#state, skip: this.#next, skipBad: this.#nextBad, badRows: this.badRows };
  }

  next(): Promise<IteratorResult<T, undefined>> {
    // A row in memory is returned without queueing: there may be millions.
    if (this.#waiting === 0 && !this.#ended && this.#rows) {
      try {
        const result = this.#take(this.#rows);
        if (result) return Promise.resolve(result);
      } catch (error) {
        return this.#inTurn(() => this.#fail(error));
      }
    }
    return this.#inTurn(() => this.#advance());
  }

  return(): Promise<IteratorResult<T, undefined>> {
    return this.#inTurn(async () => {
      await this.#end();
      return { done: true, value: undefined };
    });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #inTurn<R>(call: () => Promise<R>): Promise<R> {
    this.#waiting++;
    const turn = this.#turn.then(async () => {
      try {
        return await call();
      } finally {
        this.#waiting--;
      }
    });
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #advance(): Promise<IteratorResult<T, undefined>> {
    try {
      while (!this.#ended) {
        const result = this.#rows && this.#take(this.#rows);
        if (result) return result;
        this.#rows = undefined;
        if (!(await this.#readBlock())) await this.#end();
      }
      return { done: true, value: undefined };
    } catch (error) {
      return this.#fail(error);
    }
  }

  async #fail(error: unknown): Promise<never> {
    await this.#end();
    throw error;
  }

  async #end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#rows = undefined;
    this.#bad.end();
    await this.#close();
  }

  async #close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  /** The next good row of the block. Bad rows before it are reported. */
  #take(rows: Rows<Row>): IteratorYieldResult<T> | undefined {
    const file = this.#of.sources[this.#state.file]!.name;
    for (;;) {
      for (let bad = rows.bad[this.#nextBad]; bad && bad.at <= this.#next; bad = rows.bad[this.#nextBad]) {
        this.#bad.report({ file, line: bad.line, reason: bad.reason, text: bad.text });
        this.#nextBad++;
      }
      if (this.#next >= rows.values.length) return undefined;
      const index = this.#next;
      const row = rows.values[index]!;
      let value: T;
      try {
        value = this.#of.convert(row);
      } catch (error) {
        const text = typeof row === 'string' ? row : JSON.stringify(row);
        this.#bad.report({ file, line: rows.lineOf(index), reason: messageOf(error), text });
        this.#next++;
        continue;
      }
      this.#next++;
      return { done: false, value };
    }
  }

  /** Reads a block of rows. Returns false at the end of the last file. */
  async #readBlock(): Promise<boolean> {
    const { sources, decoder, format } = this.#of;
    const at = this.#following;
    const source = sources[at.file];
    if (!source) {
      this.#state = at;
      this.#next = 0;
      this.#nextBad = 0;
      return false;
    }
    this.#file ??= await this.#open(source);
    const block = await this.#file.next(at.line);
    if (!block) {
      await this.#close();
      checkAllSkipped(at);
      this.#following = {
        ...at,
        file: at.file + 1,
        size: null,
        offset: 0,
        line: 1,
        skip: 0,
        skipBad: 0,
        context: null,
      };
      return this.#readBlock();
    }
    const { text, undecodable } = decoder.decode(block.bytes);
    const { line, offset, context } = this.#following;
    if (offset === 0 && block.bytes[0] === 0x1f && block.bytes[1] === 0x8b) {
      throw new FormatError(`${source.name} is packed by gzip; read it by gunzipped(source)`);
    }
    const marked = offset === 0 && text.startsWith('\ufeff');
    const rows = format.read({
      text: marked ? text.slice(1) : text,
      line,
      last: block.last,
      undecodable,
      context,
      file: source.name,
    });
    this.#begin(rows, block.bytes);
    return true;
  }

  async #open(source: Source): Promise<LineBlocks> {
    const size = await source.size();
    checkSize(this.#following, size);
    this.#following = { ...this.#following, size: size ?? null };
    return new LineBlocks(source, this.#following.offset);
  }

  #begin(rows: Rows<Row>, bytes: Uint8Array<ArrayBuffer>): void {
    const at = this.#following;
    const end = startOfLastLines(bytes, rows.rest);
    if (rows.rest > 0) this.#file?.takeBack(bytes.subarray(end), at.line + rows.lines);
    this.#state = at;
    this.#rows = rows;
    // The block of the saved state may have been longer, because the chunks were larger.
    this.#next = Math.min(at.skip, rows.values.length);
    this.#nextBad = Math.min(at.skipBad, rows.bad.length);
    this.#following = {
      ...at,
      offset: at.offset + end,
      line: at.line + rows.lines,
      skip: at.skip - this.#next,
      skipBad: at.skipBad - this.#nextBad,
      context: rows.context,
    };
  }
}
