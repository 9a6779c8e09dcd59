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
  // tf.unstack and tf.split into one part: tfjs would stack, or concatenate, a tensor that is no list.
  [Unpack]: (dy, _, attrs) => ({ value: () => stack(listOf(dy), axisOf(attrs)) }),
  [SplitV]: (dy, _, attrs) => ({ x: () => concat(listOf(dy), axisOf(attrs)) }),
  // Along another axis than the last: tfjs would exchange axes afterwards, which only a square does not show.
  [Cumsum]: (dy, _, attrs) => {
    const { axis, exclusive, reverse } = attrs as unknown as CumsumAttrs;
    return { x: () => cumsum(dy as Tensor, axis, exclusive, !reverse) };
  },
};

for (const [kernelName, gradFunc] of Object.entries(mended)) {
  unregisterGradient(kernelName);
  registerGradient({ kernelName, gradFunc });
}
