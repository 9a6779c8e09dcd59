import { checkOptions, messageOf } from '@unroll/backend/checks';
import type { Source } from '../files/source.ts';
import type { Json } from '../json.ts';
import { type ReadOptions, readKinds } from './read-options.ts';
import type { RowFormat } from './row-format.ts';
import { type RowStream, rowStream } from './row-stream.ts';
import { type LineRow, rowsByLine } from './walk-lines.ts';

/**
 * JSON lines: one value per line. Lines that contain only white space are skipped. A line that is not JSON is a bad
 * row.
 *
 * @example
 * jsonLines(fileSource('reviews.jsonl')).parse(toReview); // toReview throws when a value is not a review
 *
 * @see https://jsonlines.org
 */
export function jsonLines(sources: Source | readonly Source[], options: ReadOptions = {}): RowStream<Json> {
  return rowStream('jsonLines', sources, format, checkOptions('jsonLines', options, readKinds));
}

const format: RowFormat<Json> = {
  dialect: { format: 'jsonLines' },
  read: (block) => rowsByLine(block, parsed),
};

function parsed(line: string): LineRow<Json> {
  if (line.trim() === '') return undefined;
  try {
    return { row: JSON.parse(line) };
  } catch (error) {
    return { reason: messageOf(error) };
  }
}
