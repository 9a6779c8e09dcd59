import type { DataType } from '@tensorflow/tfjs-core';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Ref } from '../graph/ref.ts';

/** Single precision is exact enough for this many additions to one row. */
const PLAIN_ADDITIONS = 256;
/**
 * Where there are more rows than additions, double precision costs more than the additions. It is worth its cost only
 * above this many additions.
 */
const MANY_ADDITIONS = 16_384;

/** Whether rows are added in double precision. In the worst case all additions go to one row. */
export const inDouble = (dtype: DataType, additions: number, rows: number): boolean =>
  dtype === 'float32' && additions > PLAIN_ADDITIONS && (rows <= additions || additions > MANY_ADDITIONS);

export const zeros = (g: GraphBuilder, shape: Ref, type: Ref['type'] = 'float32'): Ref =>
  g.op('Expand', [g.constant(0, type), shape]);

/**
 * Adds the rows of updates `[R, …]` to a tensor of zeros, at the rows that `rows [R]` names. ScatterElements adds its
 * updates in order, so sums are the same in every run. ScatterND would share them among threads.
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
