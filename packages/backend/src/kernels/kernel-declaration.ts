import type { Rank, ShapeMap, Tensor, TensorInfo } from '@tensorflow/tfjs-core';

/** A tensor as kernels get it, with its number of axes; every `Tensor` of that rank is one. */
export interface Info<R extends Rank = Rank> extends TensorInfo {
  shape: ShapeMap[R];
  readonly rankType?: R;
}

/** What a kernel takes and gives, by name. An optional input or output may be absent. */
export interface Signature {
  readonly inputs: object;
  readonly attrs: object;
  readonly outputs: object;
}

/** Whether there is an output, by the inputs that are there and by the attributes. */
type Condition<S extends Signature> = (
  inputs: Record<keyof S['inputs'], unknown>,
  attrs: S['attrs'],
) => boolean;

export interface OutputDeclaration<S extends Signature> {
  readonly name: keyof S['outputs'] & string;
  /** Absent: always */
  readonly when?: Condition<S>;
}

/** What is known of a kernel of the contract beside its types. */
export interface KernelDeclaration<S extends Signature> {
  /** The outputs in the order in which TensorFlow.js carries them, or their names by those of the inputs. */
  readonly outputs: readonly OutputDeclaration<S>[] | ((inputNames: readonly string[]) => readonly string[]);
  /** A training step ends with calls of the kernel: what follows others of it belongs to the next step. */
  readonly endsStep?: true;
  /** TensorFlow.js's own kernel, whose single output comes alone instead of in a list. */
  readonly returnsTensor?: true;
}

/** What stands for a tensor of the declaration: a `Tensor` or `Info` of its rank, or something of the backend's own. */
export type StandIn<T, I> = [T] extends [Tensor]
  ? I extends { readonly rankType?: infer R }
    ? Tensor<R & Rank>
    : T
  : [T] extends [TensorInfo]
    ? I
    : T;

/** Inputs or outputs with stand-ins in the place of tensors. */
export type Named<T, Declared> = {
  readonly [Name in keyof Declared]:
    | StandIn<T, NonNullable<Declared[Name]>>
    | (undefined extends Declared[Name] ? undefined : never);
};
