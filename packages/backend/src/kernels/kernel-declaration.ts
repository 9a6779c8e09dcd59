import type { Rank, ShapeMap, Tensor, TensorInfo } from '@tensorflow/tfjs-core';

/** A tensor as a kernel gets it, with its rank in the type; every `Tensor` of that rank fits. */
export interface Info<R extends Rank = Rank> extends TensorInfo {
  shape: ShapeMap[R];
  readonly rankType?: R;
}

/** The named inputs, attributes and outputs of a kernel. An optional input or output may be absent. */
export interface Signature {
  readonly inputs: object;
  readonly attrs: object;
  readonly outputs: object;
}

/** Whether an output exists, given the inputs that are present and the attributes. */
type Condition<S extends Signature> = (
  inputs: Record<keyof S['inputs'], unknown>,
  attrs: S['attrs'],
) => boolean;

export interface OutputDeclaration<S extends Signature> {
  readonly name: keyof S['outputs'] & string;
  /** If absent, the output always exists */
  readonly when?: Condition<S>;
}

/** The properties of a kernel of the contract that its types do not express. */
export interface KernelDeclaration<S extends Signature> {
  /** The outputs in TensorFlow.js's order, or a function that derives the outputs' names from the inputs' names. */
  readonly outputs: readonly OutputDeclaration<S>[] | ((inputNames: readonly string[]) => readonly string[]);
  /** Calls of the kernel end a training step: other kernels that follow them belong to the next step. */
  readonly endsStep?: true;
  /** The kernel is TensorFlow.js's own, and returns its single output alone instead of in a list. */
  readonly returnsTensor?: true;
}

/** The type for a tensor of the declaration: a `Tensor` or `Info` of its rank, or the backend's own type. */
export type StandIn<T, I> = [T] extends [Tensor]
  ? I extends { readonly rankType?: infer R }
    ? Tensor<R & Rank>
    : T
  : [T] extends [TensorInfo]
    ? I
    : T;

/** Inputs or outputs with other types in the place of tensors. */
export type Named<T, Declared> = {
  readonly [Name in keyof Declared]:
    | StandIn<T, NonNullable<Declared[Name]>>
    | (undefined extends Declared[Name] ? undefined : never);
};
