import {
  add,
  cast,
  div,
  equal,
  fill,
  gather,
  greaterEqual,
  type KernelFunc,
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
  tidy,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type { CrossEntropyAttrs, CrossEntropyBackwardInputs, CrossEntropyForwardInputs } from './contract.ts';

/** 1 at each row's target class, `[R, C]`; tf.oneHot refuses a single class. */
function isTarget(target: Tensor1D, classes: number): Tensor {
  return cast(equal(reshape(target, [target.size, 1]), range(0, classes, 1, 'int32')), 'float32');
}

/**
 * What both directions start from. An ignored row counts as class 0 with weight 0. So does one whose target is no class: where
 * it could not be checked before, it has no loss, which is NaN, rather than that of another row.
 */
function prepare(inputs: CrossEntropyForwardInputs, ignoreIndex: number) {
  const { logits, target, weight } = inputs as unknown as {
    logits: Tensor2D;
    target: Tensor1D;
    weight?: Tensor1D;
  };
  const counted = notEqual(target, ignoreIndex); // [R]
  const isClass = logicalAnd(greaterEqual(target, 0), less(target, logits.shape[1]));
  const known = logicalAnd(counted, isClass);
  const safeTarget = where(known, target, zerosLike(target)) as Tensor1D;
  const classWeight = weight ? gather(weight, safeTarget) : onesLike(cast(target, 'float32'));
  const zeros = zerosLike(classWeight);
  const rowWeight = where(known, classWeight, zeros) as Tensor1D; // [R]
  /** What stands in the place of a row's loss: 0 where it is ignored, NaN where it has none. */
  const otherwise = where(counted, fill(zeros.shape, Number.NaN), zeros); // [R]
  return { logits, weight, known, otherwise, safeTarget, rowWeight };
}

export const crossEntropyForward: KernelFunc = ({ inputs, attrs }) =>
  tidy(() => {
    const { ignoreIndex, labelSmoothing } = attrs as unknown as CrossEntropyAttrs;
    const { logits, weight, known, otherwise, safeTarget, rowWeight } = prepare(
      inputs as CrossEntropyForwardInputs,
      ignoreIndex,
    );
    const [rows, classes] = logits.shape;
    const negLogProbs = neg(logSoftmax(logits)); // [R, C]
    const flatIndex = add(range(0, rows * classes, classes, 'int32'), safeTarget) as Tensor1D;
    const nll = mul(rowWeight, gather(reshape(negLogProbs, [rows * classes]), flatIndex)); // [R]
    let loss: Tensor = nll;
    if (labelSmoothing > 0) {
      const smooth = sum(weight ? mul(negLogProbs, weight) : negLogProbs, 1);
      loss = add(mul(nll, 1 - labelSmoothing), mul(smooth, labelSmoothing / classes));
    }
    return [where(known, loss, otherwise), rowWeight];
  });

export const crossEntropyBackward: KernelFunc = ({ inputs, attrs }) =>
  tidy(() => {
    const { ignoreIndex, labelSmoothing } = attrs as unknown as CrossEntropyAttrs;
    const { logits, weight, known, otherwise, safeTarget, rowWeight } = prepare(
      inputs as CrossEntropyBackwardInputs,
      ignoreIndex,
    );
    const { dLoss } = inputs as unknown as { dLoss: Tensor1D };
    const [rows, classes] = logits.shape;
    // The loss is Σ_c q[c]·(−log p[c]) with q = (1−ε)·w[t]·onehot(t) + ε/C·w; its gradient is (Σ q)·p − q.
    let q = mul(isTarget(safeTarget, classes), reshape(mul(rowWeight, 1 - labelSmoothing), [rows, 1]));
    if (labelSmoothing > 0) {
      const spread = weight ? reshape(weight, [1, classes]) : onesLike(logits);
      q = add(q, mul(div(spread, classes), labelSmoothing));
    }
    const gradient = mul(sub(mul(softmax(logits), sum(q, 1, true)), q), reshape(dLoss, [rows, 1]));
    const column = (x: Tensor) => reshape(x, [rows, 1]);
    return [where(column(known), gradient, mul(onesLike(gradient), column(otherwise)))];
  });
