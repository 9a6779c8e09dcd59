/** Rows of the batch that a thread processes together, as WGSL vectors: `count` vectors of `width` rows. */
export interface RowVectors {
  readonly rows: number;
  readonly width: number;
  readonly count: number;
  /** `f32`, `vec2f` or `vec4f` */
  readonly type: string;
  /** The numbers of the vectors, 0…count − 1 */
  readonly each: readonly number[];
}

/** @param rows 1, 2, or a multiple of 4 */
export function rowVectors(rows: number): RowVectors {
  const width = Math.min(4, rows);
  const count = rows / width;
  return {
    rows,
    width,
    count,
    type: width === 1 ? 'f32' : `vec${width}f`,
    each: Array.from({ length: count }, (_, v) => v),
  };
}

/**
 * Declares `n0`, `n1`, …, the number of each row (past the end, of the last row), and `has0`, …, whether the row
 * exists.
 */
export const declareRows = ({ rows }: RowVectors): string =>
  Array.from(
    { length: rows },
    (_, row) =>
      `let has${row} = row0 + ${row}u < params.rows; let n${row} = min(row0 + ${row}u, params.rows - 1u);`,
  ).join('\n  ');

/**
 * Declares `runs0`, …: for each vector, which of its rows have the step `t`. Without lengths, all rows have it.
 */
export const declareRunning = (vectors: RowVectors, hasLengths: boolean): string =>
  vectors.each
    .map(
      (v) =>
        `let runs${v} = ${hasLengths ? gather(vectors, v, (n) => `t < u32(lengths[${n}])`, 'bool') : 'true'};`,
    )
    .join('\n    ');

/** A vector with an expression's value for each of its rows. */
export function gather(
  { width }: RowVectors,
  v: number,
  at: (n: string, row: number) => string,
  type = 'f32',
): string {
  const values = Array.from({ length: width }, (_, lane) => at(`n${v * width + lane}`, v * width + lane));
  return width === 1 ? values[0]! : `vec${width}<${type}>(${values.join(', ')})`;
}

/** A statement for each existing row of a vector, with the row's component of the value. */
export const scatter = (
  { width }: RowVectors,
  v: number,
  value: string,
  store: (n: string, part: string) => string,
): string =>
  Array.from({ length: width }, (_, lane) => {
    const row = v * width + lane;
    return `if (has${row}) { ${store(`n${row}`, width === 1 ? value : `${value}.${'xyzw'[lane]}`)} }`;
  }).join('\n      ');

/**
 * Functions of such a vector. Beyond ±15, tanh is ±1 in float32, and some drivers' own tanh overflows. NaN is detected
 * by its bits, because compilers may assume that there is none.
 */
export const activations = ({ type, width }: Pick<RowVectors, 'type' | 'width'>): string => {
  const bits = width === 1 ? 'u32' : `vec${width}u`;
  return `
fn orNaN(value: ${type}, x: ${type}) -> ${type} {
  return select(value, x, (bitcast<${bits}>(x) & ${bits}(0x7fffffffu)) > ${bits}(0x7f800000u));
}
fn tanh_(x: ${type}) -> ${type} { return orNaN(select(tanh(x), sign(x), abs(x) > ${type}(15.0)), x); }
fn sigmoid(x: ${type}) -> ${type} { return orNaN(1.0 / (1.0 + exp(-x)), x); }
`;
};
