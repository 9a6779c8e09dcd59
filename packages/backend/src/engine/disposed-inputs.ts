import { engine } from '@tensorflow/tfjs-core';
import { disposedFault } from '../checks/disposal.ts';
import { ArgumentError } from '../errors/argument-error.ts';
import { operationName } from './scope.ts';
import { homeOf } from './tensor-data.ts';

type RunKernel = ReturnType<typeof engine>['runKernel'];

const running = engine();
const runKernel: RunKernel = running.runKernel;

/*
 * TensorFlow.js passes a disposed tensor on to the kernel, which fails with "Cannot read properties of undefined (reading 'backend')".
 * This check makes every operation, on any backend, name the argument instead.
 */
running.runKernel = (kernelName, inputs, attrs) => {
  for (const name in inputs) {
    const input = inputs[name];
    // Gradients of tfjs-core use tensors that were disposed of while a clone still holds their data.
    if (input?.isDisposed && !homeOf(input.dataId)) {
      // Operations of lists, such as concat, number their inputs.
      const argument = /^\d+$/.test(name) ? `tensors[${name}]` : name;
      throw new ArgumentError(operationName() || kernelName, argument, disposedFault(argument, input));
    }
  }
  return runKernel.call(running, kernelName, inputs, attrs) as never;
};
