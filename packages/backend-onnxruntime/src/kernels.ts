import '@tensorflow/tfjs-backend-cpu';
import {
  ExpandDims,
  type ExpandDimsAttrs,
  getKernel,
  getKernelsForBackend,
  Identity,
  RaggedGather,
  Reshape,
  type ReshapeAttrs,
  registerKernel,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import { lowerings } from '@unroll/onnx';
import type { KernelInputs } from './calls/kernel-inputs.ts';
import type { OnnxruntimeBackend } from './onnxruntime-backend.ts';

interface Call {
  readonly inputs: KernelInputs;
  readonly attrs: unknown;
  readonly backend: OnnxruntimeBackend;
}

/** Kernels that change no element. They return the same data in another shape. */
const views: readonly (readonly [string, (call: Call) => TensorInfo])[] = [
  [
    Identity,
    ({ inputs, backend }) => {
      const { x } = inputs as { x: TensorInfo };
      return backend.kernels.view(x, x.shape);
    },
  ],
  [
    Reshape,
    ({ inputs, attrs, backend }) => {
      const { x } = inputs as { x: TensorInfo };
      const size = util.sizeFromShape(x.shape);
      const shape = util.inferFromImplicitShape((attrs as ReshapeAttrs).shape, size);
      const newSize = util.sizeFromShape(shape);
      util.assert(
        size === newSize,
        () =>
          `The new shape (${shape}) has ${newSize} elements and the old shape (${x.shape}) has ${size} elements. The ` +
          'new shape and old shape must have the same number of elements.',
      );
      return backend.kernels.view(x, shape);
    },
  ],
  [
    ExpandDims,
    ({ inputs, attrs, backend }) => {
      const { input } = inputs as { input: TensorInfo };
      const { dim } = attrs as ExpandDimsAttrs;
      const rank = input.shape.length;
      util.assert(-(rank + 1) <= dim, () => `Axis must be in the interval [${-(rank + 1)}, ${rank}]`);
      return backend.kernels.view(input, input.shape.toSpliced(dim < 0 ? rank + dim + 1 : dim, 0, 1));
    },
  ],
];

/** Kernels without a lowering that return a list even for a single output. */
const LISTS = new Set([RaggedGather]);

/**
 * Registers views, lowerings, and all other kernels of tfjs-backend-cpu, which run on the host. The registry belongs
 * to the process and outlives a backend.
 */
export function registerKernels(backendName: string): void {
  const register = (kernelName: string, kernelFunc: (call: Call) => TensorInfo | TensorInfo[]): void => {
    if (getKernel(kernelName, backendName)) return;
    registerKernel({
      kernelName,
      backendName,
      kernelFunc: (call) => kernelFunc(call as Call),
    });
  };
  for (const [name, view] of views) register(name, view);
  for (const [name, lowering] of lowerings) {
    register(name, ({ inputs, attrs, backend }) => {
      const outputs = backend.kernels.record(name, lowering, inputs, attrs);
      return outputs.length === 1 && !lowering.returnsList ? outputs[0]! : outputs;
    });
  }
  for (const { kernelName } of getKernelsForBackend('cpu')) {
    register(kernelName, ({ inputs, attrs, backend }) => {
      const outputs = backend.hostCalls.call(kernelName, inputs, attrs, 'it has no lowering');
      return outputs.length === 1 && !LISTS.has(kernelName) ? outputs[0]! : outputs;
    });
  }
}
