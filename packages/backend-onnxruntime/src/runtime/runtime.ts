import type { InferenceSession, TensorConstructor } from 'onnxruntime-common';

/** What Node's and the browser's ONNX Runtime differ in. */
export interface Runtime {
  /** The npm package */
  readonly packageName: string;
  readonly version: string;
  readonly Tensor: TensorConstructor;
  /** Whether a run can write its results into arrays that it is given, instead of copies of its own. */
  readonly writesIntoArrays: boolean;
  /** Execution providers that the installed package has, by the names that sessions take. */
  providers(): readonly string[];
  /** Threads that a run can use here at most. */
  maxThreads(): number;
  createSession(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
}

/** The runtime, or why there is none, in words. */
export type LoadedRuntime = Runtime | { readonly missing: string };
