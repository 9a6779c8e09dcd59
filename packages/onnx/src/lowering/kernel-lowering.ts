import type { DataType } from '@tensorflow/tfjs-core';
import {
  type AttrsOf,
  contractKernels,
  defineKernel,
  type InputsOf,
  type KernelName,
  type OutputsOf,
} from '@unroll/backend/contract';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Ref } from '../graph/ref.ts';

/** The type of a kernel's input or output, which is known before anything runs. */
export interface TensorType {
  readonly shape: readonly number[];
  readonly dtype: DataType;
  /**
   * Further values behind a tensor that is opaque to the program, such as a recurrent kernel's reserve. A kernel that
   * takes the tensor also gets these values, as `name1`, `name2`, ….
   */
  readonly parts?: readonly TensorType[];
}

/**
 * Numbers of a call that may differ from run to run of one graph: shapes, positions, learning rates. They are fed,
 * not built into the graph.
 */
export type RunNumbers = FedNumbers | DrawnNumbers;

export interface FedNumbers {
  readonly type: 'int64' | 'float32';
  readonly values: readonly number[];
  /** 0 for a single number, 1 for a vector */
  readonly rank: 0 | 1;
}

/** As many numbers as a tensor has, such as a mask of dropout. The host draws them for each run. */
export interface DrawnNumbers {
  readonly type: 'drawn';
  readonly shape: readonly number[];
  readonly draw: () => Float32Array;
}

/** A shape, or other integers. */
export const ints = (values: readonly number[]): FedNumbers => ({ type: 'int64', values, rank: 1 });
export const scalar = (value: number): FedNumbers => ({ type: 'float32', values: [value], rank: 0 });

export type TensorTypes = Readonly<Record<string, TensorType | undefined>>;
export type Refs = Readonly<Record<string, Ref | undefined>>;

/**
 * Lowers one of tfjs's kernels, or one of the contract's, to ONNX.
 *
 * A graph is used again for other sizes and numbers, so `lower` sees neither. It sees which inputs there are and the
 * result of `structure`; these two identify a graph. The numbers that `numbers` returns at each run reach `lower` as
 * references.
 */
export interface KernelLowering {
  /**
   * Whether a single output is returned as a list too. This is so for tfjs kernels that may have several outputs, and
   * for all kernels of the contract.
   */
  readonly returnsList?: boolean;
  /**
   * Why ONNX cannot express this call; undefined where it can. A lowering without this method can express every call
   * on numbers.
   */
  unsupported?(inputs: TensorTypes, attrs: unknown): string | undefined;
  outputs(inputs: TensorTypes, attrs: unknown): readonly TensorType[];
  /** Inputs that hold indices: the number of valid places by input name. The graph fails at any other index. */
  places?(inputs: TensorTypes, attrs: unknown): Readonly<Record<string, number>>;
  /** The part of the call that decides the graph, as JSON. Default: nothing */
  structure?(inputs: TensorTypes, attrs: unknown): unknown;
  /** Default: none */
  numbers?(inputs: TensorTypes, attrs: unknown): readonly RunNumbers[];
  /** Adds the nodes. The outputs' types and numbers of axes have to be those that `outputs` promised. */
  lower(graph: GraphBuilder, inputs: Refs, structure: unknown, numbers: readonly Ref[]): readonly Ref[];
}

/** `KernelLowering` with the types of one of tfjs's kernels. */
export interface TypedLowering<Inputs extends object, Attrs, Structure> {
  readonly returnsList?: boolean;
  unsupported?(inputs: Types<Inputs>, attrs: Attrs): string | undefined;
  outputs(inputs: Types<Inputs>, attrs: Attrs): readonly TensorType[];
  places?(inputs: Types<Inputs>, attrs: Attrs): Readonly<Record<string, number>>;
  structure?(inputs: Types<Inputs>, attrs: Attrs): Structure;
  numbers?(inputs: Types<Inputs>, attrs: Attrs): readonly RunNumbers[];
  lower(
    graph: GraphBuilder,
    inputs: RefsOf<Inputs>,
    structure: Structure,
    numbers: readonly Ref[],
  ): readonly Ref[];
}

/** `KernelLowering` with the types of one of the contract's kernels, whose outputs have names. */
export interface ContractLowering<Name extends KernelName, Structure> {
  unsupported?(inputs: InputsOf<Name, TensorType>, attrs: AttrsOf<Name>): string | undefined;
  outputs(inputs: InputsOf<Name, TensorType>, attrs: AttrsOf<Name>): OutputsOf<Name, TensorType>;
  places?(inputs: InputsOf<Name, TensorType>, attrs: AttrsOf<Name>): Readonly<Record<string, number>>;
  structure?(inputs: InputsOf<Name, TensorType>, attrs: AttrsOf<Name>): Structure;
  numbers?(inputs: InputsOf<Name, TensorType>, attrs: AttrsOf<Name>): readonly RunNumbers[];
  /** An output whose type has parts is a list of the output and its parts. */
  lower(
    graph: GraphBuilder,
    inputs: InputsOf<Name, Ref> & Parts,
    structure: Structure,
    numbers: readonly Ref[],
  ): OutputsOf<Name, Ref | readonly Ref[]>;
}

/** The parts of a recurrent kernel's reserve, as `reserve1`, `reserve2`, … */
export type Parts = { readonly [part: `reserve${number}`]: Ref };

/** The names that a kernel declares. Index signatures, as in tfjs's types, declare no name. */
type Declared<Inputs> = { [Name in keyof Inputs as string extends Name ? never : Name]: Inputs[Name] };
export type Types<Inputs> = { readonly [Name in keyof Declared<Inputs>]: TensorType };
export type RefsOf<Inputs> = { readonly [Name in keyof Declared<Inputs>]: Ref };

export type Entry = readonly [kernelName: string, lowering: KernelLowering];

/** An entry of the table. Its types are checked here once, because tfjs's own types are loose. */
export function entry<Inputs extends object, Attrs = object, Structure = undefined>(
  kernelName: string,
  lowering: TypedLowering<Inputs, Attrs, Structure>,
): Entry {
  return [kernelName, lowering as unknown as KernelLowering];
}

/** An entry for a kernel of the contract */
export function contractEntry<Name extends KernelName, Structure = undefined>(
  kernelName: Name,
  { outputs, lower, ...rest }: ContractLowering<Name, Structure>,
): Entry {
  type Context = { readonly graph: GraphBuilder; readonly numbers: readonly Ref[] };
  const types = defineKernel<Name, TensorType>(kernelName, outputs);
  const refs = defineKernel<Name, Ref | readonly Ref[], Context, Structure>(
    kernelName,
    (inputs, structure, { graph, numbers }) =>
      lower(graph, inputs as InputsOf<Name, Ref> & Parts, structure, numbers),
  );
  return entry<object, unknown, Structure>(kernelName, {
    ...(rest as Partial<TypedLowering<object, unknown, Structure>>),
    returnsList: !contractKernels[kernelName].returnsTensor,
    outputs: (inputs, attrs) => types.run(inputs, attrs),
    lower: (graph, inputs, structure, numbers) => refs.run(inputs, structure, { graph, numbers }).flat(),
  });
}

/** A tensor of another's shape, by default of its type too. */
export const sameAs = ({ shape, dtype }: TensorType, asType: DataType = dtype): TensorType => ({
  shape,
  dtype: asType,
});
