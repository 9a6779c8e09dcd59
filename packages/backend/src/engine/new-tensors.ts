import { engine, type Tensor, Variable } from '@tensorflow/tfjs-core';
import { operationName } from './scope.ts';
import { nextTensorId } from './tensor-data.ts';

type Engine = ReturnType<typeof engine>;

interface TrackingEngine {
  runKernel: Engine['runKernel'];
  trackTensor(tensor: Tensor, ...rest: unknown[]): void;
}

/** How many tensors there are, as `tf.memory().numTensors`, which asks the backend for its memory too. */
export const numTensors = (): number => engine().state.numTensors;

/**
 * Follows which tensors are made. Meanwhile every operation costs a little more.
 *
 * @returns a function that stops following, and gives each tensor made with the operation that made it: `concat`, `tf.tensor`
 */
export function followNewTensors(): () => ReadonlyMap<Tensor, string> {
  const running = engine() as unknown as TrackingEngine;
  const { runKernel, trackTensor } = running;
  const made = new Map<Tensor, string>();
  const firstId = nextTensorId();
  let kernel = '';
  running.runKernel = (kernelName, inputs, attrs) => {
    const outer = kernel;
    kernel = kernelName;
    try {
      return runKernel.call(running, kernelName, inputs, attrs) as never;
    } finally {
      kernel = outer;
    }
  };
  running.trackTensor = (tensor, ...rest) => {
    trackTensor.call(running, tensor, ...rest);
    if (tensor.id < firstId) return; // an existing variable has been assigned
    made.set(tensor, tensor instanceof Variable ? 'tf.variable' : operationName() || kernel || 'tf.tensor');
  };
  return () => {
    running.runKernel = runKernel;
    // Without a property of its own, the engine has its class's method again.
    delete (running as Partial<TrackingEngine>).trackTensor;
    return made;
  };
}
