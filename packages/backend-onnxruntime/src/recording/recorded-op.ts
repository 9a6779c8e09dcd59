import type { KernelLowering, RunNumbers } from '@unroll/onnx';
import type { Value } from './value.ts';

/** A value as an operation takes it: under a name, in a shape. */
export interface Operand {
  readonly name: string;
  readonly value: Value;
  readonly shape: readonly number[];
}

/** Runs an operation that ONNX cannot express: from its inputs' elements to its outputs', all in `Value`s. */
export type HostRun = (op: RecordedOp) => void;

/** A kernel call that has yet to be run. */
export interface RecordedOp {
  readonly kernel: string;
  readonly attrs: unknown;
  readonly operands: readonly Operand[];
  readonly outputs: readonly Value[];
  /** How it is said in ONNX, or how it runs on the host. */
  readonly how: KernelLowering | HostRun;
  /** What of it, but for its operands, decides the graph. */
  readonly key: string;
  /** `attrs` may compute these anew when a captured call is replayed. */
  numbers: readonly RunNumbers[];
  /** tfjs's operation that called the kernel, for messages */
  readonly origin: string;
  /** A graph ends before it. */
  readonly startsSegment: boolean;
  /** Whether it was part of a run that failed. */
  suspect: boolean;
  removed: boolean;
}

export const runsOnHost = (op: RecordedOp): op is RecordedOp & { how: HostRun } =>
  typeof op.how === 'function';
