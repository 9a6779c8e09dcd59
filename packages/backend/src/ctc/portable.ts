import {
  add,
  cast,
  concat,
  equal,
  exp,
  expandDims,
  fill,
  gather,
  less,
  log,
  logicalAnd,
  logicalOr,
  max,
  maximum,
  mul,
  neg,
  notEqual,
  pad,
  range,
  reshape,
  scalar,
  scatterND,
  slice,
  squeeze,
  stack,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  transpose,
  unstack,
  where,
  zeros,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { portableKernel } from '../kernels/portable-kernel.ts';

/** Replaces −∞ where −∞ − (−∞) would be NaN: exp(−∞ − LOWEST) is 0, and log 0 + LOWEST is −∞ again. */
const LOWEST = -3e38;

/**
 * The paper's modified labels: a blank before, between and after the targets. There are `L = 2S + 1` states. The states
 * past a row's `2·targetLength` are blanks from which no path reaches an end.
 */
interface Lattice {
  /** int32 `[N, L]`, the class that each state emits */
  labels: Tensor2D;
  /**
   * `[N, L]`: 0 where a path may enter the state from two states before (a label that differs from the previous one),
   * else −∞.
   */
  skips: Tensor2D;
  /** `[N, L]`: 0 where an alignment may end (the last label or the blank after it), else −∞. */
  ends: Tensor2D;
}

function buildLattice(targets: Tensor2D, targetLengths: Tensor1D, blank: number): Lattice {
  const [rows, width] = targets.shape;
  const lengths = reshape(targetLengths, [rows, 1]);
  const blanks = fill([rows, width], blank, 'int32') as Tensor2D;
  const inside = less(reshape(range(0, width, 1, 'int32'), [1, width]), lengths);
  const padded = where(inside, targets, blanks) as Tensor2D;
  const firstBlank = fill([rows, 1], blank, 'int32') as Tensor2D;
  const labels = concat([reshape(stack([blanks, padded], 2), [rows, 2 * width]) as Tensor2D, firstBlank], 1);

  const states = 2 * width + 1;
  const twoBefore = slice(concat([fill([rows, 2], blank, 'int32') as Tensor2D, labels], 1), 0, [
    rows,
    states,
  ]);
  const skips = logIf(logicalAnd(notEqual(labels, blank), notEqual(labels, twoBefore))) as Tensor2D;

  const state = reshape(range(0, states, 1, 'int32'), [1, states]);
  const lastBlank = mul(lengths, 2);
  const ends = logIf(logicalOr(equal(state, lastBlank), equal(state, sub(lastBlank, 1)))) as Tensor2D;
  return { labels, skips, ends };
}

/** log 1 where the condition holds, log 0 elsewhere. */
function logIf(condition: Tensor): Tensor {
  return where(condition, zerosLike(cast(condition, 'float32')), Number.NEGATIVE_INFINITY);
}

/** log(eᵃ + eᵇ + eᶜ), correct also if all are −∞. */
function logSumExp3(a: Tensor, b: Tensor, c: Tensor): Tensor2D {
  const largest = maximum(maximum(maximum(a, b), c), LOWEST);
  const total = add(add(exp(sub(a, largest)), exp(sub(b, largest))), exp(sub(c, largest)));
  return add(log(total), largest) as Tensor2D;
}

/** log Σ eˣ over each row, `[N, 1]`, correct also if all are −∞. */
function logSumExp(x: Tensor): Tensor {
  const largest = maximum(max(x, 1, true), LOWEST);
  return add(log(sum(exp(sub(x, largest)), 1, true)), largest);
}

const beforeBy = (states: number): [number, number][] => [
  [0, 0],
  [states, 0],
];
const afterBy = (states: number): [number, number][] => [
  [0, 0],
  [0, states],
];

/**
 * CtcLoss on plain tfjs operations: the forward–backward algorithm of section 4.1 of the paper, in logarithms. It
 * processes all rows together, one time step after another.
 *
 * `alphas[t]` holds, for each state, the log-probability of the paths that have emitted `t` frames and are in the
 * state. Before the first frame all paths are in state 0, as if in the blank before the first label. `betas[t]` holds,
 * for each state, the log-probability of reaching an end in the frames after frame `t`. Past a row's last frame there
 * are no such paths.
 */
export const ctcLossKernel = portableKernel(
  'CtcLoss',
  ({ logProbs, targets, inputLengths, targetLengths }, { blank }) => {
    const [steps, rows, classes] = logProbs.shape;
    // tfjs's own kernels cannot concatenate empty tensors.
    if (rows === 0) return { loss: zeros([0]), grad: zeros([steps, 0, classes]) };
    // Some tfjs operations refuse empty tensors. One column of unused targets is equivalent to no column.
    const someTargets = targets.shape[1] === 0 ? (zeros([rows, 1], 'int32') as Tensor2D) : targets;
    const { labels, skips, ends } = buildLattice(someTargets, targetLengths, blank);
    const states = labels.shape[1];
    // Class c of row n is row n·C + c of `[N·C, T]`. Each state takes the row of its label.
    const firstClass = reshape(range(0, rows * classes, classes, 'int32'), [rows, 1]);
    const stateClass = reshape(add(labels, firstClass), [rows * states]) as Tensor1D; // [N·L]
    const byClass = reshape(transpose(logProbs, [1, 2, 0]), [rows * classes, steps]);
    const step = reshape(range(0, steps, 1, 'int32'), [steps, 1, 1]);
    const frames = reshape(inputLengths, [1, rows, 1]);
    const runs = less(step, frames); // [T, N, 1]
    const emitted = reshape(transpose(gather(byClass, stateClass)), [steps, rows, states]);
    const emissions = unstack(where(runs, emitted, zerosLike(emitted))) as Tensor2D[]; // T × [N, L]

    const impossible = fill([rows, states], Number.NEGATIVE_INFINITY) as Tensor2D;
    const certainStart = concat([zeros([rows, 1]) as Tensor2D, slice(impossible, [0, 1], [rows, -1])], 1);
    const alphas: Tensor2D[] = [certainStart];
    for (const emission of emissions) {
      const alpha = alphas.at(-1)!;
      const shifted = pad(alpha, beforeBy(2), Number.NEGATIVE_INFINITY);
      const fromPrevious = slice(shifted, [0, 1], [rows, states]);
      const fromSkip = add(slice(shifted, [0, 0], [rows, states]), skips);
      alphas.push(add(logSumExp3(alpha, fromPrevious, fromSkip), emission) as Tensor2D);
    }
    // A row's likelihood is at the end of its frames.
    const lastAlpha = add(mul(inputLengths, scalar(rows, 'int32')), range(0, rows, 1, 'int32')) as Tensor1D;
    const atEnd = gather(concat(alphas, 0), lastAlpha); // [N, L]
    const logLikelihood = logSumExp(add(atEnd, ends)); // [N, 1]

    const endsNow = unstack(add(logIf(equal(add(step, scalar(1, 'int32')), frames)), ends)) as Tensor2D[]; // T × [N, L]
    const betas: Tensor2D[] = new Array(steps);
    betas[steps - 1] = endsNow[steps - 1]!;
    for (let t = steps - 1; t > 0; t--) {
      const entered = add(betas[t]!, emissions[t]!);
      const toNext = slice(pad(entered, afterBy(1), Number.NEGATIVE_INFINITY), [0, 1], [rows, states]);
      const skipping = pad(add(entered, skips), afterBy(2), Number.NEGATIVE_INFINITY);
      const toSkip = slice(skipping, [0, 2], [rows, states]);
      // Nothing follows a row's last frame, and no path ends before it: one of the two values is −∞.
      betas[t - 1] = maximum(logSumExp3(entered, toNext, toSkip), endsNow[t - 1]!);
    }

    const paths = add(stack(alphas.slice(1)), stack(betas)); // [T, N, L]
    const occupancy = exp(sub(paths, expandDims(logLikelihood, 0)));
    const perState = transpose(reshape(occupancy, [steps, rows * states])); // [N·L, T]
    const perClass = scatterND(reshape(stateClass, [rows * states, 1]), perState, [rows * classes, steps]);
    const posterior = transpose(reshape(perClass, [rows, classes, steps]), [2, 0, 1]); // [T, N, C]
    // A row without an alignment has no posterior, not even for classes outside its lattice.
    const hasNone = equal(logLikelihood, Number.NEGATIVE_INFINITY);
    const undefinedRow = where(hasNone, Number.NaN, zerosLike(logLikelihood)); // [N, 1]
    const grad = sub(exp(logProbs), add(posterior, undefinedRow));
    return {
      loss: neg(squeeze(logLikelihood, [1])) as Tensor1D,
      grad: where(runs, grad, zerosLike(grad)) as Tensor3D,
    };
  },
);
