import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Ref } from '../graph/ref.ts';
import { type FedNumbers, ints } from './kernel-lowering.ts';

/*
 * Runtimes add up a contraction block by block in single precision. Over millions of products the sum loses its
 * digits. A long contraction is therefore cut into pieces. A runtime computes their products as a batch, and the
 * results are added in double precision. Whether a contraction is cut is part of a graph's structure. Where it is cut
 * is a number of the run.
 */

/** How an axis is cut: as it is, or padded with zeros where its size has no suitable divisor. */
export interface Pieces {
  readonly padded: boolean;
}

/** The lengths between which a piece is sought. */
const SHORTEST = 256;
const LONGEST = 4096;

/**
 * How an axis of `size` is cut.
 *
 * @param others the number of elements of other axes that are added up with each element of this axis
 * @param perInput elements of the result per element of the inputs, at one place of the contraction. Longer pieces
 *   make fewer partial results, which then stay small beside the inputs.
 */
export function piecesOf(
  size: number,
  perInput: number,
  others = 1,
): { pieces: Pieces; numbers: readonly FedNumbers[] } {
  const together = Math.min(Math.max(Math.round(16 * perInput), SHORTEST), LONGEST);
  const wanted = Math.min(Math.max(Math.floor(together / others), 1), size);
  for (let length = wanted; length > wanted / 2; length--) {
    if (size % length === 0) return { pieces: { padded: false }, numbers: [ints([size / length, length])] };
  }
  const count = Math.ceil(size / wanted);
  return {
    pieces: { padded: true },
    numbers: [ints([count, wanted]), ints([0, count * wanted - size])],
  };
}

/** Splits `axis` of x into an axis of pieces and an axis of their elements. */
export function cutAxis(
  g: GraphBuilder,
  x: Ref,
  axis: number,
  { padded }: Pieces,
  [pieces, padding]: readonly Ref[],
): Ref {
  const whole = padded ? g.op('Pad', [x, padding, undefined, g.ints(axis)]) : x;
  const sizes = (start: number, end: number): Ref[] =>
    start < end ? [g.op('Shape', [x], { start, end }, { type: 'int64', rank: 1, length: end - start })] : [];
  const shape = g.op(
    'Concat',
    [...sizes(0, axis), pieces, ...sizes(axis + 1, x.rank)],
    { axis: 0 },
    { type: 'int64', rank: 1, length: x.rank + 1 },
  );
  return g.op('Reshape', [whole, shape], { allowzero: 1 });
}

/** The sum of partial results over an axis, computed in double precision. */
export const addPieces = (g: GraphBuilder, parts: Ref, axis: number): Ref =>
  g.cast(g.reduce('ReduceSum', g.cast(parts, 'float64'), [axis]), parts.type);
