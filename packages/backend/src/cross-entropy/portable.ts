import {
  add,
  cast,
  div,
  equal,
  gather,
  type KernelFunc,
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

/** What both directions start from. An ignored row counts as class 0 with weight 0. */
function prepare(inputs: CrossEntropyForwardInputs, ignoreIndex: number) {
  const { logits, target, weight } = inputs as unknown as {
    logits: Tensor2D;
    target: Tensor1D;
    weight?: Tensor1D;
  };
  const counted = notEqual(target, ignoreIndex) as Tensor1D; // [R]
  const safeTarget = where(counted, target, zerosLike(target)) as Tensor1D;
  const classWeight = weight ? gather(weight, safeTarget) : onesLike(cast(target, 'float32'));
  const rowWeight = where(counted, classWeight, zerosLike(classWeight)) as Tensor1D; // [R]
  return { logits, weight, counted, safeTarget, rowWeight };
}

export const crossEntropyForward: KernelFunc = ({ inputs, attrs }) =>
  tidy(() => {
    const { ignoreIndex, labelSmoothing } = attrs as unknown as CrossEntropyAttrs;
    const { logits, weight, counted, safeTarget, rowWeight } = prepare(
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
    return [where(counted, loss, zerosLike(loss)), rowWeight];
  });

export const crossEntropyBackward: KernelFunc = ({ inputs, attrs }) =>
  tidy(() => {
    const { ignoreIndex, labelSmoothing } = attrs as unknown as CrossEntropyAttrs;
    const { logits, weight, counted, safeTarget, rowWeight } = prepare(
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
    return [where(reshape(counted, [rows, 1]), gradient, zerosLike(gradient))];
  });
