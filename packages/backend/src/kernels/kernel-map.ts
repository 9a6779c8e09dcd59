import { type CrossEntropySignatures, crossEntropyKernels } from '../cross-entropy/contract.ts';
import { type CtcSignatures, ctcKernels } from '../ctc/contract.ts';
import { type DropoutSignatures, dropoutKernels } from '../dropout/contract.ts';
import { type EmbeddingSignatures, embeddingKernels } from '../embedding/contract.ts';
import { type OptimizerSignatures, optimizerKernels } from '../optimizer/contract.ts';
import { type PaddingSignatures, paddingKernels } from '../padding/contract.ts';
import { type RecurrentSignatures, recurrentKernels } from '../recurrent/contract.ts';
import type { KernelDeclaration, Named } from './kernel-declaration.ts';

/**
 * The kernels of the contract by name, with their inputs, attributes and outputs. A new kernel needs an entry here, in
 * the table below and in `portableKernels`.
 */
export interface KernelMap
  extends RecurrentSignatures,
    CrossEntropySignatures,
    CtcSignatures,
    DropoutSignatures,
    EmbeddingSignatures,
    OptimizerSignatures,
    PaddingSignatures {}

export type KernelName = keyof KernelMap;

/** A kernel's inputs with `T` as the type of tensors: `InputsOf<'CtcLoss', Tensor>`. */
export type InputsOf<Name extends KernelName, T> = Named<T, KernelMap[Name]['inputs']>;
export type AttrsOf<Name extends KernelName> = KernelMap[Name]['attrs'];
export type OutputsOf<Name extends KernelName, T> = Named<T, KernelMap[Name]['outputs']>;

/** The declaration of each kernel of the contract. */
export const contractKernels: { readonly [Name in KernelName]: KernelDeclaration<KernelMap[Name]> } = {
  ...recurrentKernels,
  ...crossEntropyKernels,
  ...ctcKernels,
  ...dropoutKernels,
  ...embeddingKernels,
  ...optimizerKernels,
  ...paddingKernels,
};

/** The declaration for any name; undefined if the contract has no such kernel. */
export const declarationOf = (kernelName: string): LooseDeclaration | undefined =>
  Object.hasOwn(contractKernels, kernelName)
    ? (contractKernels[kernelName as KernelName] as LooseDeclaration)
    : undefined;

/** The declaration of a kernel that is known only at run time. */
export type LooseDeclaration = KernelDeclaration<{
  inputs: Record<string, unknown>;
  attrs: object;
  outputs: Record<string, unknown>;
}>;

/** The names of a call's outputs, in their order. */
export function outputNames(kernelName: KernelName, inputs: object, attrs: object): readonly string[] {
  const { outputs } = declarationOf(kernelName)!;
  if (typeof outputs === 'function') return outputs(Object.keys(inputs));
  return outputs
    .filter(({ when }) => when?.(inputs as Record<string, unknown>, attrs) ?? true)
    .map(({ name }) => name);
}
