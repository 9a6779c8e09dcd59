import { joinLanes, type Lanes, powerOfTwo } from './lanes.ts';
import { isNaNFunction } from './not-a-number.ts';

/** Number of exponentials that a thread adds one by one before their sum is added to the total */
const BLOCK = 64;

/** The number of rows that keep a GPU busy without many threads per row. */
const MANY = 1024;

/** The number of threads per row, by the number and length of rows; a workgroup may process several rows. */
export function lanesForRow(rows: number, classes: number): Lanes {
  const lanes = Math.min(256, powerOfTwo(classes / (rows < MANY ? 8 : 32)));
  return { lanes, threads: Math.max(64, lanes) };
}

export const rowsOfWorkgroup = ({ threads, lanes }: Lanes): number => threads / lanes;

/** WGSL: code for each class `c` of a row that belongs to the thread. */
export const eachClass = ({ lanes }: Lanes, code: string): string =>
  `for (var c = lane; c < params.classes; c += ${lanes}u) { ${code} }`;

/**
 * WGSL: sums a term over all classes `c` into `name`, which all threads of the row get; long rows are summed in blocks.
 */
export const sumOfClasses = ({ lanes }: Lanes, name: string, term: string): string => `
  var ${name} = 0.0;
  for (var c0 = lane; c0 < params.classes; c0 += ${lanes * BLOCK}u) {
    let end = min(params.classes, c0 + ${lanes * BLOCK}u);
    var block = 0.0;
    for (var c = c0; c < end; c += ${lanes}u) { block += ${term}; }
    ${name} += block;
  }
  ${name} = joinSum(${name}, lane, output);`;

/** Parameters of programs that begin with `softmaxRow`. `least` is −∞, which WGSL cannot write as a literal. */
export const softmaxParams = { rows: 'u32', classes: 'u32', least: 'f32', notANumber: 'f32' } as const;

/**
 * WGSL: the beginning of a program that processes rows of `logits`, `[rows, classes]`. It defines `largest`, the
 * largest logit of the thread's row, and `total`, the sum of exp(logit − largest), which is NaN if a logit is NaN.
 * `isRow` says whether the row exists. Rows past the end repeat the last row and must not be written.
 */
export const softmaxRow = (share: Lanes): string => `
${isNaNFunction}
${joinLanes('joinMax', share, (a, b) => `max(${a}, ${b})`)}
${joinLanes('joinSum', share)}
fn shareOf(logit: f32, largest: f32) -> f32 {
  let below = logit - largest;
  return select(exp(below), params.notANumber, isNaN(below));
}

@compute @workgroup_size(${share.threads})
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let lane = thread % ${share.lanes}u;
  let output = thread / ${share.lanes}u;
  let index = (workgroup.y * workgroups.x + workgroup.x) * ${rowsOfWorkgroup(share)}u + output;
  let isRow = index < params.rows;
  let row = min(index, params.rows - 1u);
  let first = row * params.classes;
  var largest = params.least;
  ${eachClass(share, 'largest = max(largest, logits[first + c]);')}
  largest = joinMax(largest, lane, output);
  ${sumOfClasses(share, 'total', 'shareOf(logits[first + c], largest)')}
`;
