import {
  Cumsum,
  type CumsumAttrs,
  cast,
  concat,
  cumsum,
  Exp,
  type GradFunc,
  getGradient,
  greater,
  greaterEqual,
  LeakyRelu,
  type LeakyReluAttrs,
  less,
  lessEqual,
  Maximum,
  Minimum,
  mul,
  type NamedAttrMap,
  registerGradient,
  Sigmoid,
  Softmax,
  SplitV,
  stack,
  Tanh,
  type Tensor,
  Unpack,
  unregisterGradient,
  where,
} from '@tensorflow/tfjs-core';
import '#tfjs-gradients';
import { callKernel, isRecordingTwice, withoutGradient } from './differentiable.ts';

/** tfjs passes the gradient of a single output as a tensor, not as a list. */
const listOf = (dy: Tensor | Tensor[]): Tensor[] => (Array.isArray(dy) ? dy : [dy]);

const axisOf = (attrs: NamedAttrMap): number => attrs.axis as number;

/** Gradients of tfjs-core 4.22 that fail or are silently wrong. */
const mended: Readonly<Record<string, GradFunc>> = {
  // For tf.unstack and tf.split into one part, dy is one tensor, not a list. tfjs would pass it to stack or concat
  // unchanged.
  [Unpack]: (dy, _, attrs) => ({ value: () => stack(listOf(dy), axisOf(attrs)) }),
  [SplitV]: (dy, _, attrs) => ({ x: () => concat(listOf(dy), axisOf(attrs)) }),
  // Along any axis but the last, tfjs would transpose the gradient; a square tensor hides the fault.
  [Cumsum]: (dy, _, attrs) => {
    const { axis, exclusive, reverse } = attrs as unknown as CumsumAttrs;
    return { x: () => cumsum(dy as Tensor, axis, exclusive, !reverse) };
  },
};

/** `dy` where a comparison holds, else 0. */
const whereHolds = (dy: Tensor | Tensor[], compare: () => Tensor): Tensor =>
  mul(
    dy as Tensor,
    withoutGradient(() => cast(compare(), 'float32')),
  );

/** Gradients of tfjs that record a comparison and so have no derivative. */
const comparing: Readonly<Record<string, { inputs: string[]; gradFunc: GradFunc }>> = {
  [Minimum]: {
    inputs: ['a', 'b'],
    gradFunc: (dy, [a, b]) => ({
      a: () => whereHolds(dy, () => lessEqual(a!, b!)),
      b: () => whereHolds(dy, () => greater(a!, b!)),
    }),
  },
  [Maximum]: {
    inputs: ['a', 'b'],
    gradFunc: (dy, [a, b]) => ({
      a: () => whereHolds(dy, () => greaterEqual(a!, b!)),
      b: () => whereHolds(dy, () => less(a!, b!)),
    }),
  },
  [LeakyRelu]: {
    inputs: ['x'],
    gradFunc: (dy, [x], attrs) => {
      const { alpha } = attrs as unknown as LeakyReluAttrs;
      const isPositive = () => withoutGradient(() => greater(x!, 0));
      return { x: () => where(isPositive(), dy as Tensor, mul(dy as Tensor, alpha)) };
    },
  },
};

/**
 * One-input kernels whose gradients tfjs computes from the output. tfjs saves a clone of the output, which does not
 * depend on the input.
 */
const fromOutput: Readonly<Record<string, string>> = {
  [Sigmoid]: 'x',
  [Tanh]: 'x',
  [Exp]: 'x',
  [Softmax]: 'logits',
};

for (const [kernelName, gradFunc] of Object.entries(mended)) {
  unregisterGradient(kernelName);
  registerGradient({ kernelName, gradFunc });
}

for (const [kernelName, { inputs, gradFunc }] of Object.entries(comparing)) {
  unregisterGradient(kernelName);
  registerGradient({ kernelName, inputsToSave: inputs, gradFunc });
}

for (const [kernelName, input] of Object.entries(fromOutput)) {
  const { gradFunc, outputsToSave } = getGradient(kernelName);
  unregisterGradient(kernelName);
  registerGradient({
    kernelName,
    outputsToSave: outputsToSave!,
    // tfjs reads this at each call. If the gradient itself will be recorded, the output is computed again from the
    // input.
    get inputsToSave() {
      return isRecordingTwice() ? [input] : [];
    },
    gradFunc: (dy, saved, attrs) => {
      if (saved.length === 1) return gradFunc(dy, saved, attrs);
      return gradFunc(dy, callKernel(kernelName, { [input]: saved[0]! }, attrs), attrs);
    },
  });
}
