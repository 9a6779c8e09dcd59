import type { KernelLowering, RunNumbers, TensorTypes } from '@unroll/onnx';
import type { Value } from './value.ts';

/** A value as an operation takes it: under a name, in a shape. */
export interface Operand {
  readonly name: string;
  readonly value: Value;
  readonly shape: readonly number[];
}

/** Runs an operation by itself, outside of any graph of others: gives its outputs their elements. */
export type OwnRun = (op: RecordedOp) => void | Promise<void>;

/** A kernel call that has yet to be run. */
export interface RecordedOp {
  readonly kernel: string;
  readonly attrs: unknown;
  readonly operands: readonly Operand[];
  readonly outputs: readonly Value[];
  /** How it is lowered to ONNX, or how it runs by itself. */
  readonly how: KernelLowering | OwnRun;
  /** Decides the graph, together with the operands. */
  readonly key: string;
  readonly numbers: readonly RunNumbers[];
  /** The scope of tfjs's operation that called the kernel, for messages */
  readonly origin: string;
  /** The layer that called it, while profiling */
  readonly layer: string;
  /** Operations of one segment may share a graph; later segments have higher numbers. */
  segment: number;
  /** A value that it does not take, and is not to be run without: a training step's loss, for its updates. */
  requires: Value | undefined;
  /** Why it cannot be run with the others: a run of it, or of what it depends on, has failed. */
  failure: Error | undefined;
  /** Whether it has been taken to be run. */
  taken: boolean;
  /** Whether it was dropped, as nothing needs its results. */
  removed: boolean;
}

/** All that has to be there before an operation's results count. */
export function* needsOf({ operands, requires }: RecordedOp): Generator<RecordedOp> {
  for (const { value } of operands) if (value.source) yield value.source;
  // Nobody may need a loss.
  if (requires?.source && !requires.source.removed) yield requires.source;
}

export const runsAlone = (op: RecordedOp): op is RecordedOp & { how: OwnRun } => typeof op.how === 'function';

/** What of a call, its operands apart, decides the graph. */
export const keyOf = (kernel: string, structure: unknown): string => `${kernel} ${JSON.stringify(structure)}`;

/** A call's inputs as lowerings take them. */
export const inputTypes = ({ operands }: RecordedOp): TensorTypes =>
  Object.fromEntries(operands.map(({ name, value, shape }) => [name, { shape, dtype: value.dtype }]));

/** What of a call decides its nodes, from its attributes as they are now. */
export const structureOf = (op: RecordedOp): unknown =>
  (op.how as KernelLowering).structure?.(inputTypes(op), op.attrs);
