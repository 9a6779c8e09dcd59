import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Ref } from '../graph/ref.ts';
import { type FedNumbers, ints } from './kernel-lowering.ts';

/*
 * ONNX Runtime adds up a long sum in one pass, in single precision. Over a million elements it loses three digits,
 * over a hundred million all digits. A long sum is therefore computed in two levels: the sums of short pieces in
 * single precision, then the sum of these sums in double precision. The pieces are as short as those of backend-cpu.
 * Two levels are no slower, because the second is a hundredth of the first. Whether a sum is long is part of a
 * graph's structure. Where it is cut is a number of the run.
 */

/** A long sum's structure. */
export interface Levels {
  /** For each group of neighbouring axes, which are all reduced or all kept: whether they are reduced */
  readonly groups: readonly boolean[];
  /** Which group is cut into pieces */
  readonly cut: number;
  /** Whether the result has to be reshaped, because its axes are not the groups that are kept */
  readonly reshaped: boolean;
}

/** Lengths in elements: of sums that are left to the runtime, and of the pieces of longer sums. */
interface Limits {
  readonly plain: number;
  readonly piece: number;
  /** The longest piece, where the sizes do not divide into shorter ones */
  readonly longest: number;
}

/** Runtimes add up adjacent elements in eight sums at once, and elements of a column one by one. */
const ALONG_ROWS: Limits = { plain: 1024, piece: 128, longest: 1024 };
const ALONG_COLUMNS: Limits = { plain: 128, piece: 64, longest: 128 };

/** Reduced axes that are not neighbours are rare. backend-cpu adds them up in double precision too. */
const APART: Limits = { plain: 128, piece: 1, longest: 1 };

/** Shorter pieces are not worth a level of their own. */
const WORTHWHILE = 8;

export interface LongSum {
  readonly levels: Levels;
  readonly numbers: readonly FedNumbers[];
}

/** The levels of a sum over axes; undefined for a short sum. */
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

/**
 * The length of the pieces of an axis. For sizes with few divisors it is below `WORTHWHILE`, so that nearly the whole
 * sum is in double precision.
 */
function pieceOf(size: number, wanted: number, longest: number): number {
  let piece = wanted;
  while (size % piece !== 0) piece--;
  if (piece >= WORTHWHILE) return piece;
  for (let longer = wanted + 1; longer <= longest; longer++) if (size % longer === 0) return longer;
  return piece;
}

/**
 * Adds the nodes of a long sum. `longSum` gives its levels and numbers.
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
 * The first level alone. The result has one axis per group; the axis that is cut has one sum per piece.
 *
 * @param reduction the operator that reduces a piece; default: its sum
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
