import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Ref } from '../graph/ref.ts';
import { ints, type RunNumbers } from './kernel-lowering.ts';

/*
 * Runtimes add a contraction up in single precision, a block of it after the other: over millions of products the sum loses
 * its digits. A long one is cut into pieces, whose products a runtime computes as a batch, and which are added in double.
 * That a contraction is cut is part of a graph's structure; where it is, is a number of the run.
 */

/** How an axis is cut: as it is, or with zeros behind it, where its size has no divisor that would do. */
export interface Pieces {
  readonly padded: boolean;
}

/** Lengths between which pieces are sought. */
const SHORTEST = 256;
const LONGEST = 4096;

/**
 * How an axis of `size` is cut.
 *
 * @param others how many elements of other axes are added up with each of this one's
 * @param perInput elements of the result for each of the inputs' elements at one place of the contraction: longer pieces
 * make fewer partial results, which so stay small beside the inputs
 */
export function piecesOf(
  size: number,
  perInput: number,
  others = 1,
): { pieces: Pieces; numbers: readonly RunNumbers[] } {
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

/** x with an axis of pieces and one of their elements in the place of `axis`. */
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

/** The sum over an axis of partial results, in double precision on the way. */
export const addPieces = (g: GraphBuilder, parts: Ref, axis: number): Ref =>
  g.cast(g.reduce('ReduceSum', g.cast(parts, 'float64'), [axis]), parts.type);
