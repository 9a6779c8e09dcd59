import type { DataType } from '@tensorflow/tfjs-core';
import type { KernelLowering, RunNumbers } from '@unroll/onnx';
import type { Elements, HostOnly } from '../arrays/elements.ts';

/*
 * A recording consists of values, and of the operations that compute them from other values. Values and operations
 * refer to each other, so one file declares both.
 */

/**
 * A tensor's data, which the program gave or a run has yet to compute. Several tensors of tfjs may share it in
 * different shapes, because reshaping changes no element.
 */
export class Value {
  readonly dtype: DataType;
  /** The shape of the value when it was made */
  readonly shape: readonly number[];
  /** The number of tensors that have this value, as tfjs counts. `TensorData` keeps the count. */
  refCount = 0;
  /**
   * The number of recorded operations that have yet to read this value, and of other holders. `Recording` keeps the
   * count.
   */
  uses = 0;
  /** The operation that computes this value, until it has run. `Recording` sets it. */
  source: RecordedOp | undefined;
  /** The segment that computed this value. `Recording` sets it. */
  segment = -1;
  /** The segment of the last recorded operation that reads this value. `Segmenter` sets it. */
  readIn = -1;
  /** Checks that were registered before the elements were computed. Each throws where the elements do not pass. */
  checks: ((elements: Elements) => void)[] = [];
  /** Values that belong to an opaque tensor and are released with it */
  readonly parts: readonly Value[];
  #elements: Elements | undefined;
  #hostOnly: HostOnly | undefined;
  #isPooled = false;

  constructor(shape: readonly number[], dtype: DataType, parts: readonly Value[] = []) {
    this.shape = shape;
    this.dtype = dtype;
    this.parts = parts;
  }

  get elements(): Elements | undefined {
    return this.#elements;
  }

  get hostOnly(): HostOnly | undefined {
    return this.#hostOnly;
  }

  /**
   * Whether the elements' array belongs to the pool, which reuses it for other results when nothing needs the
   * elements any more.
   */
  get isPooled(): boolean {
    return this.#isPooled;
  }

  setElements(elements: Elements, isPooled: boolean): void {
    this.#elements = elements;
    this.#isPooled = isPooled;
  }

  setHostOnly(hostOnly: HostOnly): void {
    this.#hostOnly = hostOnly;
  }

  clear(): void {
    this.#elements = undefined;
    this.#hostOnly = undefined;
    this.#isPooled = false;
  }

  /** Whether the elements have been computed. */
  get isComputed(): boolean {
    return this.source === undefined;
  }

  /** Whether a tensor or an operation still needs this value. */
  get isNeeded(): boolean {
    return this.refCount > 0 || this.uses > 0;
  }

  /** The error of the first check that the elements do not pass. */
  failedCheck(elements: Elements): Error | undefined {
    try {
      for (const check of this.checks) check(elements);
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }
}

/** A value as an operation's input, with a name and a shape. */
export interface Operand {
  readonly name: string;
  readonly value: Value;
  readonly shape: readonly number[];
}

/** Runs an operation by itself, outside any graph, and gives its outputs their elements. */
export type OwnRun = (call: RecordedCall) => void | Promise<void>;

/** A call of a kernel, or of another function that computes values from values. */
export interface RecordedCall {
  readonly kernel: string;
  readonly attrs: unknown;
  readonly operands: readonly Operand[];
  readonly outputs: readonly Value[];
  /** The call's lowering to ONNX, or a function that runs the call by itself. */
  readonly how: KernelLowering | OwnRun;
  /** Decides the graph, together with the operands. */
  readonly key: string;
  readonly numbers: readonly RunNumbers[];
  /** The scope of tfjs's operation that called the kernel, for messages */
  readonly origin: string;
  /** The layer that made the call, while profiling */
  readonly layer: string;
}

/** A call that has yet to run. */
export interface RecordedOp extends RecordedCall {
  /**
   * Operations of one segment may share a graph. Later segments have higher numbers. Traced operations have no
   * segment: -1.
   */
  segment: number;
  /**
   * A value that this operation does not read but must not run without: a training step's loss, for the step's
   * updates.
   */
  requires: Value | undefined;
  /**
   * Why it cannot run with the others: a run of this operation, or of an operation that it depends on, has failed.
   */
  failure: Error | undefined;
  /** Whether it waits, has been taken to be run, or was dropped because nothing needs its results. */
  state: 'waiting' | 'taken' | 'dropped';
}
