import { type RowVectors, rowVectors } from './row-vectors.ts';

/** How the threads of a step program share the work. */
export interface StepTile {
  /** Number of threads side by side; each has its own unit (hidden feature) */
  readonly unitThreads: number;
  /** Number of groups of threads along the rows; each has its own rows (sequences of the batch) */
  readonly rowThreads: number;
  /** Number of rows per thread: 1, 2 or 4 */
  readonly rows: number;
}

/** Length of the inner axis between two fetches into workgroup memory */
const DEPTH = 16;

/** Threads of a workgroup */
const THREADS = 64;

export function stepTile(rows: number): StepTile {
  const own = rows >= 4 ? 4 : rows >= 2 ? 2 : 1;
  const rowThreads = Math.min(8, 2 ** Math.ceil(Math.log2(Math.ceil(rows / own))));
  return { unitThreads: THREADS / rowThreads, rowThreads, rows: own };
}

export const stepWorkgroups = (
  { unitThreads, rowThreads, rows }: StepTile,
  units: number,
  n: number,
): number[] => [Math.ceil(units / unitThreads), Math.ceil(n / (rowThreads * rows))];

/** The beginning of `main` in a step program: defines `unit`, `row0` and the variables for `tiledProduct`. */
export const stepMain = ({ unitThreads, rowThreads, rows }: StepTile): string => `
@compute @workgroup_size(${unitThreads}, ${rowThreads})
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let unitThread = local.x;
  let rowThread = local.y;
  let unit = workgroup.x * ${unitThreads}u + unitThread;
  let row0 = workgroup.y * ${rowThreads * rows}u + rowThread * ${rows}u;
`;

export interface TiledProduct {
  /** Length of the inner axis */
  readonly depth: number;
  /** Number of columns per unit: its gates */
  readonly columns: number;
  readonly units: number;
  left(n: string, k: string): string;
  right(k: string, unit: string, column: number): string;
}

/**
 * WGSL of a product that goes through workgroup memory tile by tile. For the rows and the unit of a thread, it adds Σ_k
 * left(n, k) · right(k, unit, c) to `sum0_0`, `sum1_0`, …, one variable for each column.
 *
 *              DEPTH                    unitThreads
 *     left  ┌───────┐       right   ┌──────────────────┐
 *      rows │       │ of all   DEPTH│                  │ of each column
 *           └───────┘ row threads   └──────────────────┘
 *
 * With one row of threads, nothing on the right is read twice, so it is read in place. All threads of a workgroup must
 * take part, also those past the last unit and row; only existing elements are fetched.
 */
export function tiledProduct(
  tile: StepTile,
  { depth, columns, units, left, right }: TiledProduct,
): { readonly declarations: string; readonly code: string } {
  const { unitThreads, rowThreads, rows } = tile;
  const { type }: RowVectors = rowVectors(rows);
  const leftItems = DEPTH * rowThreads;
  const rightItems = DEPTH * unitThreads;
  const eachColumn = (code: (column: number) => string) =>
    Array.from({ length: columns }, (_, column) => code(column)).join('\n    ');
  const sharesRight = rowThreads > 1;
  const fetchRight = `
  for (var item = lane; item < ${rightItems}u; item += ${THREADS}u) {
    let k = k0 + item / ${unitThreads}u;
    let other = workgroup.x * ${unitThreads}u + item % ${unitThreads}u;
    let inside = k < ${depth}u && other < ${units}u;
    ${eachColumn((c) => `rightTile${c}[item] = 0.0; if (inside) { rightTile${c}[item] = ${right('k', 'other', c)}; }`)}
  }`;
  const rightAt = (c: number) =>
    sharesRight ? `rightTile${c}[k * ${unitThreads}u + unitThread]` : right('(k0 + k)', 'own', c);
  const part = (row: number) => (rows === 1 ? 'values' : `values.${'xyzw'[row]}`);
  return {
    declarations: `
var<workgroup> leftTile: array<${type}, ${leftItems}>;
${sharesRight ? eachColumn((c) => `var<workgroup> rightTile${c}: array<f32, ${rightItems}>;`) : ''}`,
    code: `
for (var k0 = 0u; k0 < ${depth}u; k0 += ${DEPTH}u) {
  for (var item = lane; item < ${leftItems}u; item += ${THREADS}u) {
    let k = k0 + item % ${DEPTH}u;
    let group = item / ${DEPTH}u;
    var values = ${type}();
    ${Array.from(
      { length: rows },
      (_, row) => `{
      let n = workgroup.y * ${rowThreads * rows}u + group * ${rows}u + ${row}u;
      if (n < params.rows && k < ${depth}u) { ${part(row)} = ${left('n', 'k')}; }
    }`,
    ).join('\n    ')}
    leftTile[item] = values;
  }
  ${sharesRight ? fetchRight : `let own = min(unit, ${units - 1}u);`}
  workgroupBarrier();
  for (var k = 0u; k < min(${DEPTH}u, ${depth}u - k0); k++) {
    let l = leftTile[rowThread * ${DEPTH}u + k];
    ${eachColumn((c) => `sum${c}_0 += l * ${rightAt(c)};`)}
  }
  workgroupBarrier();
}`,
  };
}
