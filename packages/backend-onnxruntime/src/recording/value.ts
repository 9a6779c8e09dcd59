import type { DataType } from '@tensorflow/tfjs-core';
import type { RecordedOp } from './recorded-op.ts';

/** Elements of a value that a graph can take. */
export type Elements = Float32Array | Int32Array | Uint8Array;

/** What is not of a graph's types stays on the host. */
export type HostOnly = Uint8Array[] | { readonly real: Float32Array; readonly imag: Float32Array };

/**
 * A tensor's data: given by the program, or to be computed. tfjs's tensors of other shapes may share it, as reshaping changes
 * no element.
 */
export class Value {
  readonly dtype: DataType;
  /** The shape it was made with */
  readonly shape: readonly number[];
  /** Tensors that have it, as tfjs counts */
  refCount = 0;
  /** Recorded operations that have yet to read it */
  uses = 0;
  /** The segment of the last recorded operation that reads it */
  readIn = -1;
  /** The segment that it was computed in */
  segment = -1;
  /** What its elements have to pass, where they were not there when that was asked; each throws if they do not. */
  checks: ((elements: Elements) => void)[] = [];
  elements: Elements | undefined;
  hostOnly: HostOnly | undefined;
  /** Whether the elements' array is the backend's, to write other results into when nothing needs these any more. */
  pooled = false;
  /** The operation that computes it, until that has run */
  source: RecordedOp | undefined;
  /** What belongs to an opaque tensor, and goes with it */
  readonly parts: readonly Value[];

  constructor(shape: readonly number[], dtype: DataType, parts: readonly Value[] = []) {
    this.shape = shape;
    this.dtype = dtype;
    this.parts = parts;
  }

  /** Whether its elements are there. */
  get isComputed(): boolean {
    return this.source === undefined;
  }

  /** Whether a tensor or an operation still needs it. */
  get isNeeded(): boolean {
    return this.refCount > 0 || this.uses > 0;
  }

  /** The error of the first check that elements do not pass. */
  failedCheck(elements: Elements): Error | undefined {
    try {
      for (const check of this.checks) check(elements);
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }
}
