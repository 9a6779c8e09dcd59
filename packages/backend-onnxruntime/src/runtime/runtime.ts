import type { InferenceSession, OnnxValue, Tensor, TensorConstructor } from 'onnxruntime-common';

/** A graph that is ready to run. */
export interface Session {
  /**
   * @param fetches by output: the tensor to write it into, or null
   * @returns by output: the result. It may lack those that were written into tensors
   */
  run(
    feeds: Readonly<Record<string, Tensor>>,
    fetches: Readonly<Record<string, Tensor | null>>,
  ): Readonly<Record<string, OnnxValue>> | Promise<Readonly<Record<string, OnnxValue>>>;
  release(): void | Promise<void>;
  /** Completes the trace's file. */
  endProfiling(): void;
}

/** Where sessions write what a profile is made of. */
export interface Traces {
  /** @throws where there is no place for a trace */
  newPrefix(): string;
  /**
   * The lines of the trace whose file's name begins so; it is deleted when they have been read.
   *
   * @throws (rejects) where it is gone
   */
  take(prefix: string): AsyncIterable<string>;
}

/** What Node's and the browser's ONNX Runtime differ in. */
export interface Runtime {
  /** The npm package */
  readonly packageName: string;
  readonly Tensor: TensorConstructor;
  /** Whether a run can write its results into arrays that it is given, instead of copies of its own. */
  readonly writesIntoArrays: boolean;
  /** Execution providers that the installed package has, by the names that sessions take. */
  providers(): readonly string[];
  /** Threads that a run can use here at most. */
  maxThreads(): number;
  /** Where sessions write what a profile is made of; absent where they do not. */
  readonly traces?: Traces;
  /** Absent where there is no file system. */
  readonly writeFile?: (path: string, bytes: Uint8Array) => void;
  createSession(model: Uint8Array, options: InferenceSession.SessionOptions): Session | Promise<Session>;
  /** Lets other work of the process have its turn. */
  pause(): Promise<void>;
}

/** The runtime, or why there is none, in words. */
export type LoadedRuntime = Runtime | { readonly missing: string };
