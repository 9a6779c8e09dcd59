import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Ref } from '../graph/ref.ts';
import { ints, type RunNumbers } from './kernel-lowering.ts';

/*
 * ONNX Runtime adds a long sum up in one go, in single precision: over a million elements it loses three digits, over a
 * hundred million all. A long sum is taken in two levels instead: of pieces in single precision, as short as those that
 * backend-cpu adds up, then of the pieces' sums in double. That is no slower, as the second level is a hundredth of the
 * first. Whether a sum is long is part of a graph's structure; where it is cut is a number of the run.
 */

/** A long sum's structure. */
export interface Levels {
  /** The axes, neighbours of a kind as one: whether each is reduced */
  readonly groups: readonly boolean[];
  /** Which group is cut into pieces */
  readonly cut: number;
  /** Whether the result has other axes than the groups that are kept */
  readonly reshaped: boolean;
}

/** Sums that runtimes are left alone with, and pieces that long ones are cut into, in elements. */
interface Limits {
  readonly plain: number;
  readonly piece: number;
  /** The longest piece, where the sizes do not divide into shorter ones */
  readonly longest: number;
}

/** Elements side by side are added in eight sums at once, those of a column one by one. */
const ALONG_ROWS: Limits = { plain: 1024, piece: 128, longest: 1024 };
const ALONG_COLUMNS: Limits = { plain: 128, piece: 64, longest: 128 };

/** Several axes apart from one another: rare, and added up in double precision by backend-cpu too. */
const APART: Limits = { plain: 128, piece: 1, longest: 1 };

/** Pieces shorter than these are not worth their own level. */
const WORTHWHILE = 8;

export interface LongSum {
  readonly levels: Levels;
  readonly numbers: readonly RunNumbers[];
}

/** How a sum over axes is taken in levels; undefined where it is short. */
export function longSum(
  shape: readonly number[],
  axes: readonly number[],
  outputShape: readonly number[],
  limits?: Limits,
): LongSum | undefined {
  const groups: { reduced: boolean; size: number; axes: number }[] = [];
  shape.forEach((size, axis) => {
    const reduced = axes.includes(axis);
    const last = groups.at(-1);
    if (last?.reduced === reduced) {
      last.size *= size;
      last.axes++;
    } else groups.push({ reduced, size, axes: 1 });
  });
  const reduced = groups.filter((group) => group.reduced);
  const usual = reduced.length > 1 ? APART : groups.at(-1)?.reduced ? ALONG_ROWS : ALONG_COLUMNS;
  const { plain, piece, longest } = limits ?? usual;
  if (product(reduced) <= plain) return undefined;
  const largest = reduced.reduce((most, group) => (group.size > most.size ? group : most));
  const cut = groups.indexOf(largest);
  const length = pieceOf(largest.size, piece, longest);
  const sizes = groups.flatMap(({ size }, i) => (i === cut ? [size / length, length] : [size]));
  const kept = groups.filter((group) => !group.reduced);
  const reshaped = outputShape.length !== kept.length;
  return {
    levels: { groups: groups.map((group) => group.reduced), cut, reshaped },
    numbers: [ints(sizes), ...(reshaped ? [ints(outputShape)] : [])],
  };
}

const product = (groups: readonly { size: number }[]): number =>
  groups.reduce((elements, { size }) => elements * size, 1);

/** The length of pieces that a size is cut into; 1, and a sum all in double, for sizes that few numbers divide. */
function pieceOf(size: number, wanted: number, longest: number): number {
  let piece = wanted;
  while (size % piece !== 0) piece--;
  if (piece >= WORTHWHILE) return piece;
  for (let longer = wanted + 1; longer <= longest; longer++) if (size % longer === 0) return longer;
  return piece;
}

/**
 * A long sum by its numbers, which `longSum` gave.
 *
 * @returns the sum, in double precision
 */
export function sumInLevels(
  g: GraphBuilder,
  x: Ref,
  levels: Levels,
  [sizes, outputShape]: readonly Ref[],
): Ref {
  const { groups, reshaped } = levels;
  const sums = g.cast(sumsOfPieces(g, x, levels, sizes!), 'float64');
  const reduced = groups.flatMap((isReduced, group) => (isReduced ? [group] : []));
  const total = g.reduce('ReduceSum', sums, reduced);
  return reshaped ? g.op('Reshape', [total, outputShape], { allowzero: 1 }) : total;
}

/**
 * The first level alone: as many axes as there are groups, of which the cut one has a sum for each piece.
 *
 * @param reduction of a piece; default: its sum
 */
export function sumsOfPieces(
  g: GraphBuilder,
  x: Ref,
  { cut }: Levels,
  sizes: Ref,
  reduction = 'ReduceSum',
): Ref {
  return g.reduce(reduction, g.op('Reshape', [x, sizes], { allowzero: 1 }), [cut + 1]);
}
