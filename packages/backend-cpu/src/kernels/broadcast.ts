/** How the elements of an operand map to a matrix of rows and columns. */
export interface OperandLayout {
  /** Elements from one row to the next; 0 if all rows share one row */
  readonly step: number;
  /** Whether one element of the operand serves all columns of a row */
  readonly perRow: boolean;
}

export interface MatrixLayout {
  readonly rows: number;
  readonly columns: number;
  readonly a: OperandLayout;
  readonly b: OperandLayout;
}

interface Group {
  size: number;
  aMoves: boolean;
  bMoves: boolean;
}

/**
 * Folds the axes of a broadcast operation to rows and columns: neighbouring axes along which both operands broadcast in
 * the same way become one. Undefined if more than two axes remain, for example for `[2, 1, 3]` with `[1, 4, 1]`.
 */
export function foldBroadcast(
  a: readonly number[],
  b: readonly number[],
  output: readonly number[],
): MatrixLayout | undefined {
  const groups: Group[] = [];
  output.forEach((size, axis) => {
    if (size === 1) return;
    const aMoves = (a[axis - (output.length - a.length)] ?? 1) !== 1;
    const bMoves = (b[axis - (output.length - b.length)] ?? 1) !== 1;
    const last = groups.at(-1);
    if (last && last.aMoves === aMoves && last.bMoves === bMoves) last.size *= size;
    else groups.push({ size, aMoves, bMoves });
  });
  if (groups.length > 2) return undefined;
  const inner = groups.pop() ?? { size: 1, aMoves: true, bMoves: true };
  const outer = groups.pop() ?? { size: 1, aMoves: false, bMoves: false };
  const layout = (outerMoves: boolean, innerMoves: boolean): OperandLayout => ({
    step: outerMoves ? (innerMoves ? inner.size : 1) : 0,
    perRow: !innerMoves,
  });
  return {
    rows: outer.size,
    columns: inner.size,
    a: layout(outer.aMoves, inner.aMoves),
    b: layout(outer.bMoves, inner.bMoves),
  };
}
