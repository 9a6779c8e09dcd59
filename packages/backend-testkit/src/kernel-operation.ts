import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import { type AttrsOf, type InputsOf, type KernelName, runKernel } from '@unroll/backend/contract';
import type { Operation } from './evaluate.ts';

/** A single kernel of the contract as an operation, with its outputs by name. */
export const kernelOperation =
  <Name extends KernelName>(name: Name, attrs: AttrsOf<Name>): Operation =>
  (inputs) =>
    presentOf(runKernel(name, inputs as NamedTensorMap & InputsOf<Name, Tensor>, attrs));

/** The outputs that are not undefined. */
export function presentOf(outputs: object): NamedTensorMap {
  const all = Object.entries(outputs) as [string, Tensor | undefined][];
  return Object.fromEntries(all.filter((entry): entry is [string, Tensor] => entry[1] !== undefined));
}
