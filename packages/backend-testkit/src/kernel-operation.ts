import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import { type AttrsOf, type InputsOf, type KernelName, runKernel } from '@unroll/backend/contract';
import type { Operation } from './evaluate.ts';

/** A kernel of the contract alone, its outputs by name. */
export const kernelOperation =
  <Name extends KernelName>(name: Name, attrs: AttrsOf<Name>): Operation =>
  (inputs) =>
    presentOf(runKernel(name, inputs as NamedTensorMap & InputsOf<Name, Tensor>, attrs));

/** What is there of outputs. */
export function presentOf(outputs: object): NamedTensorMap {
  const all = Object.entries(outputs) as [string, Tensor | undefined][];
  return Object.fromEntries(all.filter((entry): entry is [string, Tensor] => entry[1] !== undefined));
}
