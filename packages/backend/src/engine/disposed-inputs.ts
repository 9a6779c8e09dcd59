import { engine } from '@tensorflow/tfjs-core';
import { disposedFault } from '../checks/disposal.ts';
import { ArgumentError } from '../errors/argument-error.ts';
import { operationName } from './scope.ts';

type RunKernel = ReturnType<typeof engine>['runKernel'];

const running = engine();
const runKernel: RunKernel = running.runKernel;

/*
 * TensorFlow.js hands a disposed tensor to the kernel, which then fails in words of its own: "Cannot read properties of undefined
 * (reading 'backend')". From here on every operation, on any backend, names the argument instead.
 */
running.runKernel = (kernelName, inputs, attrs) => {
  for (const name in inputs) {
    const input = inputs[name];
    if (input?.isDisposed) {
      throw new ArgumentError(operationName() || kernelName, name, disposedFault(name, input));
    }
  }
  return runKernel.call(running, kernelName, inputs, attrs) as never;
};
