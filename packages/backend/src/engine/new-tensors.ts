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

/** Tensors after which following ends by itself: the program may never ask again. */
const MOST = 20_000;

let isFollowing = false;

/**
 * Follows which tensors are made, until the returned function is called or 20,000 are made. Meanwhile every operation costs a little
 * more. Only one caller follows at a time; another gets no tensors.
 *
 * @returns a function that stops following, and gives each tensor made with the operation that made it: `concat`, `tf.tensor`
 */
export function followNewTensors(): () => ReadonlyMap<Tensor, string> {
  const made = new Map<Tensor, string>();
  if (isFollowing) return () => made;
  const running = engine() as unknown as TrackingEngine;
  const { runKernel, trackTensor } = running;
  const firstId = nextTensorId();
  let kernel = '';
  let hasStopped = false;
  const stop = () => {
    if (hasStopped) return;
    hasStopped = true;
    isFollowing = false;
    running.runKernel = runKernel;
    // Without a property of its own, the engine has its class's method again.
    delete (running as Partial<TrackingEngine>).trackTensor;
  };
  isFollowing = true;
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
    if (made.size < MOST) return;
    stop();
    made.clear();
  };
  return () => {
    stop();
    return made;
  };
}
