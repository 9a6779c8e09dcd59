import {
  Cumsum,
  type CumsumAttrs,
  concat,
  cumsum,
  type GradFunc,
  type NamedAttrMap,
  registerGradient,
  SplitV,
  stack,
  type Tensor,
  Unpack,
  unregisterGradient,
} from '@tensorflow/tfjs-core';
import '#tfjs-gradients';

/** tfjs hands the gradient of a single output over as it is, not in a list. */
const listOf = (dy: Tensor | Tensor[]): Tensor[] => (Array.isArray(dy) ? dy : [dy]);

const axisOf = (attrs: NamedAttrMap): number => attrs.axis as number;

/** Gradients of tfjs-core 4.22 that fail, or are wrong without a word. */
const mended: Readonly<Record<string, GradFunc>> = {
  // For tf.unstack and tf.split into one part, dy is one tensor and no list, which tfjs would hand to stack or concat.
  [Unpack]: (dy, _, attrs) => ({ value: () => stack(listOf(dy), axisOf(attrs)) }),
  [SplitV]: (dy, _, attrs) => ({ x: () => concat(listOf(dy), axisOf(attrs)) }),
  // Along another axis than the last, tfjs would exchange axes of the gradient; only a square tensor does not show it.
  [Cumsum]: (dy, _, attrs) => {
    const { axis, exclusive, reverse } = attrs as unknown as CumsumAttrs;
    return { x: () => cumsum(dy as Tensor, axis, exclusive, !reverse) };
  },
};

for (const [kernelName, gradFunc] of Object.entries(mended)) {
  unregisterGradient(kernelName);
  registerGradient({ kernelName, gradFunc });
}
