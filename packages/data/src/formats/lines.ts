import { checkOptions } from '@unroll/backend/checks';
import type { Source } from '../files/source.ts';
import { splitLines } from './line-ends.ts';
import { type ReadOptions, readKinds } from './read-options.ts';
import type { RowFormat } from './row-format.ts';
import { type RowStream, rowStream } from './row-stream.ts';
import { rowsByLine } from './walk-lines.ts';

/**
 * The lines of a file, without their line ends. Empty lines count.
 *
 * @example
 * for await (const line of lines(fileSource('corpus.txt'))) console.log(line);
 */
export function lines(sources: Source | readonly Source[], options: ReadOptions = {}): RowStream<string> {
  return rowStream('lines', sources, format, checkOptions('lines', options, readKinds));
}

const format: RowFormat<string> = {
  dialect: { format: 'lines' },
  read(block) {
    if (block.undecodable.size > 0) return rowsByLine(block, (row) => ({ row }));
    const { text, line, context } = block;
    const values = splitLines(text);
    return { values, lineOf: (i) => line + i, bad: [], lines: values.length, rest: 0, context };
  },
};
