import {
  engine,
  type NamedAttrMap,
  type NamedTensorMap,
  registerGradient,
  type Tensor,
} from '@tensorflow/tfjs-core';

/** Puts a tensor that backward will need out of reach of `tidy`; `backward` gets it back. */
export type Save = (tensor: Tensor) => void;

export interface Differentiable {
  /** The name of an operation whose gradient has no derivative: asking for one is then an error that names it. */
  firstOrderOnly?: string;
  /** The inputs that have gradients, by name; absent ones left out. */
  inputs: NamedTensorMap;
  /** Computes the outputs; tensors given to `save` come to `backward` in that order. */
  forward(save: Save): Tensor[];
  /** Thunks by input name; tfjs calls those of the inputs that somebody wants the gradient of. */
  backward(dys: Tensor[], saved: Tensor[]): Record<string, () => Tensor>;
}

/** What tf.customGrad itself calls; TypeScript's `private` is tfjs's only fence around it. */
interface EngineWithCustomGradients {
  runKernelFunc(invocation: {
    forwardFunc: (backend: unknown, save: (tensors: Tensor[]) => void) => Tensor[];
    backwardsFunc: (dys: Tensor | Tensor[], saved: Tensor[]) => Record<string, () => Tensor>;
    inputs: NamedTensorMap;
    attrs: NamedAttrMap;
  }): Tensor[];
}

/** Runs a kernel of any name on the current backend; one output or several come as a list. */
export function callKernel(name: string, inputs: NamedTensorMap, attrs: object): Tensor[] {
  const made = engine().runKernel<Tensor | Tensor[]>(name, inputs, attrs as NamedAttrMap);
  return Array.isArray(made) ? made : [made];
}

/**
 * A custom gradient for several outputs and optional inputs. `tf.customGrad` takes one output, and registered gradients
 * take no optional inputs and put every output on the tape. For an output that nobody uses tfjs uploads zeros in each backward
 * pass, so `forward` returns what users get; what only backward needs, as a recurrent kernel's reserve, goes to `save`.
 */
export function differentiable({ firstOrderOnly, inputs, forward, backward }: Differentiable): Tensor[] {
  return (engine() as unknown as EngineWithCustomGradients).runKernelFunc({
    inputs,
    attrs: {},
    forwardFunc: (_, saveAll) => {
      const saved: Tensor[] = [];
      const outputs = forward((tensor) => saved.push(tensor));
      saveAll(saved);
      return outputs;
    },
    backwardsFunc: (dys, saved) => {
      // tfjs records a gradient's own operations only while an outer gradient is being computed.
      if (firstOrderOnly && isRecording()) throw secondDerivativeError(firstOrderOnly);
      return backward(Array.isArray(dys) ? dys : [dys], saved);
    },
  });
}

/** Whether tfjs is recording operations for a gradient. */
export function isRecording(): boolean {
  return engine().isTapeOn();
}

/** Whether tfjs is recording operations for the gradient of a gradient. */
export function isRecordingTwice(): boolean {
  return engine().state.gradientDepth > 1;
}

/** What has gradient 0 everywhere, such as a comparison: tfjs has no gradient for these, and fails where it finds one recorded. */
export function withoutGradient(compute: () => Tensor): Tensor {
  if (!isRecording()) return compute();
  return differentiable({ inputs: {}, forward: () => [compute()], backward: () => ({}) })[0]!;
}

function secondDerivativeError(operation: string): Error {
  return new Error(
    `${operation}: its gradient has no derivative of its own, so second derivatives through it, as in ` +
      'tf.grad(tf.grad(f)), cannot be computed.',
  );
}

/**
 * Makes the derivative of a backward kernel an error, for those who run the kernel itself. `differentiable`'s
 * `firstOrderOnly` says it earlier: tfjs loses track of saved outputs, and would return wrong numbers without a word.
 */
export function forbidDerivative(kernelName: string, operation: string): void {
  registerGradient({
    kernelName,
    gradFunc: () => {
      throw secondDerivativeError(operation);
    },
  });
}
