import {
  engine,
  type NamedAttrMap,
  type NamedTensorMap,
  registerGradient,
  type Tensor,
} from '@tensorflow/tfjs-core';

/** Protects a tensor that backward needs from `tidy`; `backward` gets the tensor back. */
export type Save = (tensor: Tensor) => void;

export interface Differentiable {
  /**
   * The name of an operation whose gradient has no derivative. Asking for that derivative throws an error with this
   * name.
   */
  firstOrderOnly?: string;
  /** The inputs that have gradients, by name, without absent ones. */
  inputs: NamedTensorMap;
  /** Computes the outputs; `backward` gets the tensors given to `save` in the same order. */
  forward(save: Save): Tensor[];
  /** Thunks by input name; tfjs calls the thunks of those inputs whose gradient is needed. */
  backward(dys: Tensor[], saved: Tensor[]): Record<string, () => Tensor>;
}

/** The method that tf.customGrad calls. Only TypeScript's `private` hides it. */
interface EngineWithCustomGradients {
  runKernelFunc(invocation: {
    forwardFunc: (backend: unknown, save: (tensors: Tensor[]) => void) => Tensor[];
    backwardsFunc: (dys: Tensor | Tensor[], saved: Tensor[]) => Record<string, () => Tensor>;
    inputs: NamedTensorMap;
    attrs: NamedAttrMap;
  }): Tensor[];
}

/** Runs a kernel of any name on the current backend; returns one or several outputs as a list. */
export function callKernel(name: string, inputs: NamedTensorMap, attrs: object): Tensor[] {
  const made = engine().runKernel<Tensor | Tensor[]>(name, inputs, attrs as NamedAttrMap);
  return Array.isArray(made) ? made : [made];
}

/**
 * A custom gradient for several outputs and optional inputs. `tf.customGrad` supports only one output. Registered
 * gradients support no optional inputs and put every output on the tape. For an unused output tfjs uploads zeros in
 * each backward pass. So `forward` returns only the outputs that users get; tensors that only backward needs, such as a
 * recurrent kernel's reserve, go to `save`.
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
      // tfjs records the operations of a gradient only while an outer gradient is being computed.
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

/**
 * Runs a computation whose gradient is 0 everywhere, such as a comparison. tfjs has no gradient for comparisons and
 * fails if one is recorded.
 */
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
 * Makes the derivative of a backward kernel an error, for code that runs the kernel directly. `differentiable`'s
 * `firstOrderOnly` reports the error earlier. Without the error, tfjs would lose track of saved outputs and silently
 * return wrong numbers.
 */
export function forbidDerivative(kernelName: string, operation: string): void {
  registerGradient({
    kernelName,
    gradFunc: () => {
      throw secondDerivativeError(operation);
    },
  });
}
