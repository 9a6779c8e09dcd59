/**
 * What a backend is to Unroll: something that can say whether it runs here, and that, once loaded, is a TensorFlow.js
 * backend of the same `name` with as many of the contract's kernels as it has fast versions of.
 */
export interface Backend {
  /** The name under which the backend is registered with TensorFlow.js, for example `unroll-cpu`. */
  readonly name: string;
  /** Whether this machine can run the backend; if not, why, in words for the person at the keyboard. */
  support(): Promise<Support>;
  /** Registers the TensorFlow.js backend and its kernels. Called once, by `useBackend`, after `support` said yes. */
  load(): Promise<void>;
  /** What the loaded backend can do. */
  capabilities(): Capabilities;
}

export type Support = { readonly supported: true } | { readonly supported: false; readonly reason: string };

export interface Capabilities {
  readonly device: 'cpu' | 'gpu';
  /** Threads that share the work, the calling one included. 1 where the notion does not apply. */
  readonly threads: number;
  readonly precision: 'float32' | 'float16';
  /** The contract's kernels that run as the backend's own code; the others run as portable TensorFlow.js operations. */
  readonly fusedKernels: readonly string[];
  /** Whether `tensor.dataSync()` works. */
  readonly synchronousReads: boolean;
}
