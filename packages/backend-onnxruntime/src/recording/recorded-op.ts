import type { KernelLowering, RunNumbers } from '@unroll/onnx';
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
  /** How it is said in ONNX, or how it runs by itself. */
  readonly how: KernelLowering | OwnRun;
  /** What of it, but for its operands, decides the graph. */
  readonly key: string;
  readonly numbers: readonly RunNumbers[];
  /** The scope of tfjs's operation that called the kernel, for messages */
  readonly origin: string;
  /** The layer that called it, while profiling */
  readonly layer: string;
  /** A graph ends before it. */
  readonly startsSegment: boolean;
  /** Whether it was part of a run that failed. */
  suspect: boolean;
  /** Whether it has been taken to be run. */
  taken: boolean;
  /** Whether it was dropped, as nothing needs its results. */
  removed: boolean;
}

export const runsAlone = (op: RecordedOp): op is RecordedOp & { how: OwnRun } => typeof op.how === 'function';
