import type { InferenceSession, OnnxValue, Tensor, TensorConstructor } from 'onnxruntime-common';

/** A graph that is ready to run. */
export interface Session {
  /**
   * @param fetches the tensor to write each output into, or null, by output name
   * @returns the results by output name; results that were written into tensors may be missing
   */
  run(
    feeds: Readonly<Record<string, Tensor>>,
    fetches: Readonly<Record<string, Tensor | null>>,
  ): Readonly<Record<string, OnnxValue>> | Promise<Readonly<Record<string, OnnxValue>>>;
  release(): void | Promise<void>;
  /** Completes the file of the trace. */
  endProfiling(): void;
}

/** The places where sessions write their traces for a profile. */
export interface Traces {
  /** @throws where no place for a trace can be made */
  newPrefix(): string;
  /**
   * The lines of the trace whose file name begins with `prefix`. The file is deleted after they have been read.
   *
   * @throws (rejects) where the file is gone
   */
  take(prefix: string): AsyncIterable<string>;
}

/** The differences between Node's and the browser's ONNX Runtime. */
export interface Runtime {
  /** The name of the npm package */
  readonly packageName: string;
  readonly Tensor: TensorConstructor;
  /** Whether a run can write its results into arrays that it is given, instead of into copies of its own. */
  readonly writesIntoArrays: boolean;
  /** The execution providers of the installed package, by the names that sessions take. */
  providers(): readonly string[];
  /** The most threads that a run can use here. */
  maxThreads(): number;
  /** The places where sessions write their traces; absent where they write none. */
  readonly traces?: Traces;
  /** Absent where there is no file system. */
  readonly writeFile?: (path: string, bytes: Uint8Array) => void;
  createSession(model: Uint8Array, options: InferenceSession.SessionOptions): Session | Promise<Session>;
  /** Gives other work of the process its turn. */
  pause(): Promise<void>;
}

/** The runtime, or the reason why there is none. */
export type LoadedRuntime = Runtime | { readonly missing: string };
