import {
  add,
  cast,
  div,
  equal,
  fill,
  gather,
  greaterEqual,
  less,
  logicalAnd,
  logSoftmax,
  mul,
  neg,
  notEqual,
  onesLike,
  range,
  reshape,
  softmax,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type { InputsOf } from '../kernels/kernel-map.ts';
import { portableKernel } from '../kernels/portable-kernel.ts';

/** 1 at each row's target class, `[R, C]`; tf.oneHot refuses a single class. */
function isTarget(target: Tensor1D, classes: number): Tensor {
  return cast(equal(reshape(target, [target.size, 1]), range(0, classes, 1, 'int32')), 'float32');
}

/**
 * The intermediate values that both directions need. An ignored row counts as class 0 with weight 0. So does a row with
 * an invalid target that could not be checked before: its loss is NaN, never another row's loss.
 */
function prepare({ logits, target, weight }: InputsOf<'CrossEntropyForward', Tensor>, ignoreIndex: number) {
  const counted = notEqual(target, ignoreIndex); // [R]
  const isClass = logicalAnd(greaterEqual(target, 0), less(target, logits.shape[1]));
  const known = logicalAnd(counted, isClass);
  const safeTarget = where(known, target, zerosLike(target)) as Tensor1D;
  const classWeight = weight ? gather(weight, safeTarget) : onesLike(cast(target, 'float32'));
  const zeros = zerosLike(classWeight);
  const rowWeight = where(known, classWeight, zeros) as Tensor1D; // [R]
  /** The value that replaces a row's loss: 0 if the row is ignored, NaN if its target is invalid. */
  const otherwise = where(counted, fill(zeros.shape, Number.NaN), zeros); // [R]
  return { known, otherwise, safeTarget, rowWeight };
}

export const crossEntropyForwardKernel = portableKernel(
  'CrossEntropyForward',
  (inputs, { ignoreIndex, labelSmoothing }) => {
    const { logits, weight } = inputs;
    const { known, otherwise, safeTarget, rowWeight } = prepare(inputs, ignoreIndex);
    const [rows, classes] = logits.shape;
    const negLogProbs = neg(logSoftmax(logits)); // [R, C]
    const flatIndex = add(range(0, rows * classes, classes, 'int32'), safeTarget) as Tensor1D;
    const nll = mul(rowWeight, gather(reshape(negLogProbs, [rows * classes]), flatIndex)); // [R]
    let loss: Tensor = nll;
    if (labelSmoothing > 0) {
      const smooth = sum(weight ? mul(negLogProbs, weight) : negLogProbs, 1);
      loss = add(mul(nll, 1 - labelSmoothing), mul(smooth, labelSmoothing / classes));
    }
    return { loss: where(known, loss, otherwise) as Tensor1D, rowWeight };
  },
);

export const crossEntropyBackwardKernel = portableKernel(
  'CrossEntropyBackward',
  (inputs, { ignoreIndex, labelSmoothing }) => {
    const { logits, weight, dLoss } = inputs;
    const { known, otherwise, safeTarget, rowWeight } = prepare(inputs, ignoreIndex);
    const [rows, classes] = logits.shape;
    // The loss is Σ_c q[c]·(−log p[c]) with q = (1−ε)·w[t]·onehot(t) + ε/C·w; its gradient is (Σ q)·p − q.
    let q = mul(isTarget(safeTarget, classes), reshape(mul(rowWeight, 1 - labelSmoothing), [rows, 1]));
    if (labelSmoothing > 0) {
      const spread = weight ? reshape(weight, [1, classes]) : onesLike(logits);
      q = add(q, mul(div(spread, classes), labelSmoothing));
    }
    const gradient = mul(sub(mul(softmax(logits), sum(q, 1, true)), q), reshape(dLoss, [rows, 1]));
    const column = (x: Tensor) => reshape(x, [rows, 1]);
    const none = mul(onesLike(gradient), column(otherwise));
    return { dLogits: where(column(known), gradient, none) as Tensor2D };
  },
);
