import type { DataType } from '@tensorflow/tfjs-core';
import type { KernelLowering, RunNumbers } from '@unroll/onnx';
import type { Elements, HostOnly } from '../arrays/elements.ts';

/*
 * What a recording is made of: values, and the operations that compute them from other values. The two know each other,
 * so they are declared in one file.
 */

/**
 * A tensor's data: given by the program, or to be computed. tfjs's tensors of other shapes may share it, as reshaping changes
 * no element.
 */
export class Value {
  readonly dtype: DataType;
  /** The shape it was made with */
  readonly shape: readonly number[];
  /** Tensors that have it, as tfjs counts. `TensorData` keeps the count. */
  refCount = 0;
  /** Recorded operations that have yet to read it, and others that hold it. `Recording` keeps the count. */
  uses = 0;
  /** The operation that computes it, until that has run. `Recording` sets it. */
  source: RecordedOp | undefined;
  /** The segment that it was computed in. `Recording` sets it. */
  segment = -1;
  /** The segment of the last recorded operation that reads it. `Segmenter` sets it. */
  readIn = -1;
  /** Checks that came before its elements were there. Each throws where they do not pass. */
  checks: ((elements: Elements) => void)[] = [];
  /** What belongs to an opaque tensor, and goes with it */
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

  /** Whether the elements' array is the pool's, to write other results into when nothing needs these any more. */
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

/** A value as an operation takes it: under a name, in a shape. */
export interface Operand {
  readonly name: string;
  readonly value: Value;
  readonly shape: readonly number[];
}

/** Runs an operation by itself, outside of any graph of others: gives its outputs their elements. */
export type OwnRun = (call: RecordedCall) => void | Promise<void>;

/** A call of a kernel, or of something else that makes values from values. */
export interface RecordedCall {
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
}

/** A call that has yet to be run. */
export interface RecordedOp extends RecordedCall {
  /** Operations of one segment may share a graph; later segments have higher numbers. Traced operations are in none: -1. */
  segment: number;
  /** A value that it does not take, and is not to be run without: a training step's loss, for its updates. */
  requires: Value | undefined;
  /** Why it cannot be run with the others: a run of it, or of what it depends on, has failed. */
  failure: Error | undefined;
  /** Whether it waits, has been taken to be run, or was dropped, as nothing needs its results. */
  state: 'waiting' | 'taken' | 'dropped';
}
