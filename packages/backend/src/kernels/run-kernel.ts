import { getKernel, type NamedTensorMap, registerKernel, type Tensor } from '@tensorflow/tfjs-core';
import { currentBackendName } from '../engine/current-backend.ts';
import { callKernel } from '../engine/differentiable.ts';
import { type AttrsOf, type InputsOf, type KernelName, type OutputsOf, outputNames } from './kernel-map.ts';
import { portableKernels } from './portable-kernels.ts';

/**
 * Registers the portable version of every contract kernel for which a TensorFlow.js backend has no version of its own.
 */
export function registerPortableKernels(backendName: string): void {
  for (const [kernelName, kernelFunc] of portableKernels) {
    if (!getKernel(kernelName, backendName)) registerKernel({ kernelName, backendName, kernelFunc });
  }
}

/** Names of the contract kernels that the backend implements itself. */
export function fusedKernels(backendName: string): string[] {
  return [...portableKernels]
    .filter(([name, portable]) => {
      const kernel = getKernel(name, backendName);
      return kernel && kernel.kernelFunc !== portable;
    })
    .map(([name]) => name);
}

/**
 * Runs a contract kernel on the current backend. It is not differentiable by itself: see `differentiable`.
 *
 * @param inputs absent ones are missing or undefined
 * @throws if the backend returns another number of outputs than the contract declares
 */
export function runKernel<Name extends KernelName>(
  name: Name,
  inputs: InputsOf<Name, Tensor>,
  attrs: AttrsOf<Name>,
): OutputsOf<Name, Tensor> {
  const backendName = currentBackendName();
  if (!getKernel(name, backendName)) registerPortableKernels(backendName);
  const present = presentOf(inputs as Readonly<Record<string, Tensor | undefined>>);
  const made = callKernel(name, present, attrs);
  const names = outputNames(name, present, attrs);
  if (made.length !== names.length) {
    for (const tensor of made) tensor.dispose();
    throw new Error(
      `runKernel: the backend '${backendName}' returned ${made.length} outputs of ${name}; expected ${names.join(', ')}`,
    );
  }
  const outputs: NamedTensorMap = {};
  for (let i = 0; i < names.length; i++) outputs[names[i]!] = made[i]!;
  return outputs as OutputsOf<Name, Tensor>;
}

/** The tensors that are not undefined, by name. */
function presentOf(tensors: Readonly<Record<string, Tensor | undefined>>): NamedTensorMap {
  const present: NamedTensorMap = {};
  for (const name in tensors) if (tensors[name]) present[name] = tensors[name];
  return present;
}
