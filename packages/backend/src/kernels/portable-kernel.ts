import { type KernelFunc, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { defineKernel, type KernelRun } from './define-kernel.ts';
import { contractKernels, type KernelName } from './kernel-map.ts';

/** A kernel built from plain TensorFlow.js operations, which any backend can run. */
export interface PortableKernel<Name extends KernelName = KernelName> {
  readonly kernelName: Name;
  readonly kernelFunc: KernelFunc;
}

export function portableKernel<Name extends KernelName>(
  name: Name,
  run: KernelRun<Name, Tensor>,
): PortableKernel<Name> {
  const kernel = defineKernel(name, run);
  const { returnsTensor } = contractKernels[name];
  return {
    kernelName: name,
    kernelFunc: ({ inputs, attrs }) => {
      const outputs = tidy(() => kernel.run(inputs, attrs));
      return returnsTensor ? outputs[0]! : outputs;
    },
  };
}
