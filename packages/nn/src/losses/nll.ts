import {
  add,
  cast,
  customGrad,
  div,
  equal,
  fill,
  type GradSaveFunc,
  gather,
  greaterEqual,
  less,
  logicalAnd,
  mul,
  neg,
  notEqual,
  range,
  reshape,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tidy,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { checkIndices, checkOptions, kind } from '@unroll/backend/checks';
import { Module } from '../module.ts';
import {
  type ClassOptions,
  checkClassIndices,
  checkClassInput,
  checkClassWeight,
  classesOf,
  classKinds,
  classRows,
  flat,
  positionsOf,
} from './class-rows.ts';
import { type ReductionOptions, reduce } from './reduction.ts';

export interface NLLLossOptions extends ClassOptions, ReductionOptions {
  /** A class index whose positions are ignored; default −100 */
  ignoreIndex?: number | undefined;
}

const kinds = { ...classKinds, ignoreIndex: kind.whole() };

const operation = 'nllLoss';

/**
 * Negative log-likelihood of classes, as `torch.nn.functional.nll_loss`: `loss = −w[t]·input[t]` at each position of class
 * `t`. The mean divides by `Σ w[t]` over positions that are not ignored (NaN where all are).
 *
 * @param input log-probabilities `[N, C]`, `[N, C, d1, …]` or `[C]`
 * @param target int32 class indices of the input's shape without C, each in 0…C−1 or `ignoreIndex`
 * @returns a scalar, or for `reduction: 'none'` the target's shape
 * @throws where shapes or dtypes do not fit one another, and where the target has another index
 */
export function nllLoss(input: Tensor, target: Tensor, options: NLLLossOptions = {}): Tensor {
  const { weight, ignoreIndex = -100, reduction = 'mean' } = checkOptions(operation, options, kinds);
  checkClassInput(operation, input);
  const classes = classesOf(input.shape);
  checkClassWeight(operation, weight, classes);
  checkClassIndices(operation, input, target);
  const ignored = { name: 'ignoreIndex', value: ignoreIndex };
  checkIndices(operation, 'target', target, { size: classes, noun: 'classes', ignored });
  return tidy(() => {
    const classIndices = flat(target);
    const counted = notEqual(classIndices, ignoreIndex) as Tensor1D; // [R]
    const safeIndices = where(counted, classIndices, zerosLike(classIndices)) as Tensor1D;
    const picked = neg(pick(classRows(input), safeIndices));
    const rowWeight = weight && gather(weight, safeIndices); // [R]
    const weighted = rowWeight ? mul(picked, rowWeight) : picked;
    const loss = zeroUnless(counted, weighted);
    if (reduction === 'mean') {
      const ones = cast(counted, 'float32');
      return div(sum(loss), sum(rowWeight ? mul(ones, rowWeight) : ones));
    }
    return reduce(reshape(loss, positionsOf(input.shape)), reduction);
  });
}

/**
 * One element of each row of `[R, C]`, by index: `[R]`. An index that could not be checked before may not be a class.
 * It must not reach into another row, so its place is −1, which the backend refuses.
 */
function pick(rows: Tensor2D, indices: Tensor1D): Tensor {
  const [count, classes] = rows.shape;
  return customGrad((x, save) => {
    (save as GradSaveFunc)([indices]);
    const firsts = range(0, count * classes, classes, 'int32');
    const isClass = logicalAnd(greaterEqual(indices, 0), less(indices, classes));
    const places = where(isClass, add(firsts, indices), fill([count], -1, 'int32')) as Tensor1D;
    return {
      value: gather(reshape(x as Tensor, [count * classes]), places),
      gradFunc: (dy: Tensor, [saved]: Tensor[]) => {
        // tf.oneHot refuses a single class.
        const isPicked = equal(reshape(saved!, [count, 1]), range(0, classes, 1, 'int32'));
        return mul(cast(isPicked, 'float32'), reshape(dy, [count, 1]));
      },
    };
  })(rows);
}

/**
 * `x` where `condition` holds, else 0, and the same for the gradient. The gradient of `tf.where` multiplies instead.
 * It gives 0·∞ = NaN where all positions are ignored and the mean divides by 0.
 */
function zeroUnless(condition: Tensor1D, x: Tensor): Tensor {
  return customGrad((value, save) => {
    (save as GradSaveFunc)([condition]);
    return {
      value: where(condition, value as Tensor, zerosLike(value as Tensor)),
      gradFunc: (dy: Tensor, [saved]: Tensor[]) => where(saved!, dy, zerosLike(dy)),
    };
  })(x);
}

/** `nllLoss` as a module that keeps its options, as `torch.nn.NLLLoss`. */
export class NLLLoss extends Module {
  readonly #options: NLLLossOptions;

  constructor(options: NLLLossOptions = {}) {
    super();
    this.#options = checkOptions('NLLLoss', options, kinds);
  }

  /** See `nllLoss`. */
  forward(input: Tensor, target: Tensor): Tensor {
    return nllLoss(input, target, this.#options);
  }
}
