import {
  add,
  concat,
  equal,
  exp,
  expandDims,
  fill,
  gather,
  type KernelFunc,
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
  tidy,
  transpose,
  unstack,
  where,
  zeros,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { runningRows } from '../recurrent/running-rows.ts';
import type { CtcLossAttrs, CtcLossInputs } from './contract.ts';

/** Stands for −∞ where −∞ − (−∞) would be NaN: exp(−∞ − LOWEST) is 0, and log 0 + LOWEST is −∞ again. */
const LOWEST = -3e38;

/**
 * The paper's modified labels: a blank before, between and after the targets. `L = 2S + 1` states; those past a row's
 * `2·targetLength` are blanks from which no end can be reached.
 */
interface Lattice {
  /** int32 `[N, L]`, the class that each state emits */
  labels: Tensor2D;
  /** bool `[N, L]`: the state may be entered from two before it, as labels may where they differ. */
  skips: Tensor2D;
  /** bool `[N, L]`: an alignment may end here, in the last label or the blank after it. */
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
  const skips = logicalAnd(notEqual(labels, blank), notEqual(labels, twoBefore)) as Tensor2D;

  const state = reshape(range(0, states, 1, 'int32'), [1, states]);
  const lastBlank = mul(lengths, 2);
  const ends = logicalOr(equal(state, lastBlank), equal(state, sub(lastBlank, 1))) as Tensor2D;
  return { labels, skips, ends };
}

/** log(eᵃ + eᵇ + eᶜ), also where all are −∞. */
function logSumExp3(a: Tensor, b: Tensor, c: Tensor): Tensor2D {
  const largest = maximum(maximum(maximum(a, b), c), LOWEST);
  const total = add(add(exp(sub(a, largest)), exp(sub(b, largest))), exp(sub(c, largest)));
  return add(log(total), largest) as Tensor2D;
}

/**
 * CtcLoss on plain tfjs operations: the forward–backward algorithm of section 4.1 of the paper, in logarithms, all rows
 * together, a time step after the other.
 *
 * Row `alpha[t]` holds log-probabilities of the paths that have emitted `t` frames and stand in each state; before the first
 * frame they stand in state 0 with certainty, as if in the blank before the first label. `beta[t]` holds those of reaching
 * an end from each state in the frames after `t`.
 */
export const ctcLoss: KernelFunc = ({ inputs, attrs }) =>
  tidy(() => {
    const { logProbs, targets, inputLengths, targetLengths } = inputs as CtcLossInputs as unknown as {
      logProbs: Tensor3D;
      targets: Tensor2D;
      inputLengths: Tensor1D;
      targetLengths: Tensor1D;
    };
    const { blank } = attrs as unknown as CtcLossAttrs;
    const [steps, rows, classes] = logProbs.shape;
    // tfjs's operations refuse empty tensors here and there: an empty column of targets is as good as none.
    const someTargets = targets.shape[1] === 0 ? (zeros([rows, 1], 'int32') as Tensor2D) : targets;
    const { labels, skips, ends } = buildLattice(someTargets, targetLengths, blank);
    const states = labels.shape[1];
    const running = runningRows(inputLengths, steps); // T × [N, 1]
    const never = fill([rows, states], Number.NEGATIVE_INFINITY) as Tensor2D;

    // Class c of row n is row n·C + c of `[N·C, T]`; each state takes the row that its label names.
    const firstClass = reshape(range(0, rows * classes, classes, 'int32'), [rows, 1]);
    const stateClass = reshape(add(labels, firstClass), [rows * states]) as Tensor1D; // [N·L]
    const byClass = reshape(transpose(logProbs, [1, 2, 0]), [rows * classes, steps]);
    const emissions = unstack(
      reshape(transpose(gather(byClass, stateClass)), [steps, rows, states]),
    ) as Tensor2D[]; // T × [N, L]

    const alphas: Tensor2D[] = [];
    let alpha = concat(
      [zeros([rows, 1]) as Tensor2D, fill([rows, states - 1], Number.NEGATIVE_INFINITY) as Tensor2D],
      1,
    );
    for (let t = 0; t < steps; t++) {
      const shifted = pad(
        alpha,
        [
          [0, 0],
          [2, 0],
        ],
        Number.NEGATIVE_INFINITY,
      );
      const fromPrevious = slice(shifted, [0, 1], [rows, states]);
      const fromSkip = where(skips, slice(shifted, [0, 0], [rows, states]), never);
      const next = add(logSumExp3(alpha, fromPrevious, fromSkip), emissions[t]!) as Tensor2D;
      alpha = where(running[t]!, next, alpha);
      alphas.push(alpha);
    }
    const atEnds = where(ends, alpha, never);
    const largest = maximum(max(atEnds, 1, true), LOWEST);
    const logLikelihood = add(log(sum(exp(sub(atEnds, largest)), 1, true)), largest); // [N, 1]

    const betas: Tensor2D[] = new Array(steps);
    let beta = where(ends, zerosLike(never), never) as Tensor2D;
    for (let t = steps - 1; t >= 0; t--) {
      betas[t] = beta;
      const entered = add(beta, emissions[t]!) as Tensor2D;
      const toNext = slice(
        pad(
          entered,
          [
            [0, 0],
            [0, 1],
          ],
          Number.NEGATIVE_INFINITY,
        ),
        [0, 1],
        [rows, states],
      );
      const skipping = pad(
        where(skips, entered, never),
        [
          [0, 0],
          [0, 2],
        ],
        Number.NEGATIVE_INFINITY,
      );
      const toSkip = slice(skipping, [0, 2], [rows, states]);
      beta = where(running[t]!, logSumExp3(entered, toNext, toSkip), beta);
    }

    const runs = stack(running); // [T, N, 1]
    const paths = add(stack(alphas), stack(betas)); // [T, N, L]
    const occupancy = exp(sub(paths, expandDims(logLikelihood, 0)));
    const perState = transpose(reshape(occupancy, [steps, rows * states])); // [N·L, T]
    const perClass = scatterND(reshape(stateClass, [rows * states, 1]), perState, [rows * classes, steps]);
    const posterior = transpose(reshape(perClass, [rows, classes, steps]), [2, 0, 1]); // [T, N, C]
    // A row without an alignment has no posterior, not even for classes that are not in its lattice.
    const impossible = equal(logLikelihood, Number.NEGATIVE_INFINITY);
    const undefinedRow = where(impossible, Number.NaN, zerosLike(logLikelihood)); // [N, 1]
    const grad = sub(exp(logProbs), add(posterior, undefinedRow));
    return [neg(squeeze(logLikelihood, [1])), where(runs, grad, zerosLike(grad))];
  });
