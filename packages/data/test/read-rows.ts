import type { BadRow } from '../src/formats/bad-rows.ts';
import type { RowStream } from '../src/formats/row-stream.ts';

/** Reads all rows, and formats bad rows as `file:line: reason`. */
export async function readRows<T>(
  open: (onBadRow: (row: BadRow) => void) => RowStream<T>,
): Promise<{ rows: T[]; bad: string[] }> {
  const bad: string[] = [];
  const rows: T[] = [];
  const stream = open(({ file, line, reason }) => bad.push(`${file}:${line}: ${reason}`));
  for await (const row of stream) rows.push(row);
  return { rows, bad };
}
