import type { Source } from '../files/source.ts';
import { endOfLines } from './line-ends.ts';

/** Complete lines of a file, ends of lines and all. */
export interface LineBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Whether the file ends with them */
  readonly last: boolean;
}

/** A file's lines, as many at a time as a chunk brings to their end. Memory holds a chunk, and a line that is longer than it. */
export class LineBlocks {
  readonly #chunks: AsyncIterator<Uint8Array<ArrayBuffer>>;
  // What was read after the last block.
  #ahead: Uint8Array<ArrayBuffer>[] = [];
  #ended = false;

  constructor(source: Source, offset: number) {
    this.#chunks = source.open(offset)[Symbol.asyncIterator]();
  }

  /** The next lines; undefined after the last. */
  async next(): Promise<LineBlock | undefined> {
    while (!this.#ended) {
      const { value: chunk, done } = await this.#chunks.next();
      if (done) {
        this.#ended = true;
        return { bytes: joined(this.#ahead), last: true };
      }
      const end = endOfLines(chunk);
      if (end === 0) {
        this.#ahead.push(chunk);
        continue;
      }
      const bytes = joined([...this.#ahead, chunk.subarray(0, end)]);
      this.#ahead = [chunk.subarray(end)];
      return { bytes, last: false };
    }
    return undefined;
  }

  /** Takes back the last lines of a block, to give them again before what follows. */
  takeBack(bytes: Uint8Array<ArrayBuffer>): void {
    this.#ahead.unshift(bytes);
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
