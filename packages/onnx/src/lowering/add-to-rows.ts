import type { DataType } from '@tensorflow/tfjs-core';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Ref } from '../graph/ref.ts';

/** So many additions to one row are exact enough in single precision. */
const PLAIN_ADDITIONS = 256;
/** Where there are more rows than additions, double precision costs more than the additions do: only so many are worth it. */
const MANY_ADDITIONS = 16_384;

/** Whether additions to rows are in double precision. All of them may go to one row. */
export const inDouble = (dtype: DataType, additions: number, rows: number): boolean =>
  dtype === 'float32' && additions > PLAIN_ADDITIONS && (rows <= additions || additions > MANY_ADDITIONS);

export const zeros = (g: GraphBuilder, shape: Ref, type: Ref['type'] = 'float32'): Ref =>
  g.op('Expand', [g.constant(0, type), shape]);

/**
 * Adds rows of `updates [R, …]` to zeros of a shape, in the rows that `rows [R]` names. ScatterElements goes through its updates in
 * order, so sums are the same in every run; ScatterND shares them among threads.
 */
export function addToRows(g: GraphBuilder, shape: Ref, rows: Ref, given: Ref, double: boolean): Ref {
  const updates = double ? g.cast(given, 'float64') : given;
  const base = zeros(g, shape, updates.type);
  const column = g.op('Unsqueeze', [
    g.cast(rows, 'int64'),
    ...(updates.rank > 1 ? [g.ints(...trailingAxes(updates))] : [g.ints()]),
  ]);
  const everywhere = g.op('Expand', [
    updates.rank > 1 ? column : g.cast(rows, 'int64'),
    g.op('Shape', [updates]),
  ]);
  const sums = g.op('ScatterElements', [base, everywhere, updates], { axis: 0, reduction: 'add' });
  return g.cast(sums, given.type);
}

/** All axes but the first */
export const trailingAxes = ({ rank }: Ref): number[] => Array.from({ length: rank - 1 }, (_, i) => i + 1);
