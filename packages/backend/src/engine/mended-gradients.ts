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

/** `dy` where a comparison holds, else 0. */
const whereHolds = (dy: Tensor | Tensor[], compare: () => Tensor): Tensor =>
  mul(
    dy as Tensor,
    withoutGradient(() => cast(compare(), 'float32')),
  );

/** Gradients that tfjs has, but that compare as they are recorded, and so have no derivative. */
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

/** Kernels with one input whose gradients tfjs takes from the output: the clone that it saves is no function of the input to it. */
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
    // tfjs asks at each call. Where its gradient will itself be recorded, the output is computed again.
    get inputsToSave() {
      return isRecordingTwice() ? [input] : [];
    },
    gradFunc: (dy, saved, attrs) => {
      if (saved.length === 1) return gradFunc(dy, saved, attrs);
      return gradFunc(dy, callKernel(kernelName, { [input]: saved[0]! }, attrs), attrs);
    },
  });
}
