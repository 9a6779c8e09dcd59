/**
 * A backend as Unroll sees it. It can say whether it runs on this machine. Once loaded, it is a TensorFlow.js backend
 * of the same `name` with its own versions of some of the contract's kernels.
 */
export interface Backend {
  /** The name under which the backend is registered with TensorFlow.js, for example `unroll-cpu`. */
  readonly name: string;
  /** Whether this machine can run the backend; if not, the reason in words for the user. */
  support(): Promise<Support>;
  /**
   * Registers the TensorFlow.js backend and its kernels. `useBackend` calls it after `support` has said yes, and again
   * after the backend was lost or replaced. Another backend of the same name may be in use during `load`, and stays in
   * use if `load` rejects. So `load` must remove nothing, and must change nothing that the other backend needs.
   * `useBackend` replaces the other backend later.
   */
  load(): Promise<void>;
  /**
   * Resolves when no run is under way; at once if none is, or if the backend is not loaded. It starts nothing:
   * operations that are recorded but have not run stay recorded. Code that waits for the last run's results continues
   * after code that waits for `idle`.
   */
  idle(): Promise<void>;
  /**
   * Runs the recorded operations and resolves when they are done. Absent if every kernel has finished when it returns.
   */
  flush?(): Promise<void>;
  /**
   * Whether the loaded backend has lost its device, for instance because the GPU was reset. `useBackend` then loads the
   * backend again. Absent if a backend cannot lose its device.
   */
  lost?(): boolean;
  /** The capabilities of the loaded backend. */
  capabilities(): Capabilities;
}

export type Support =
  | {
      readonly supported: true;
      /** The device in words (for example a GPU's name), if there is more than one possible device */
      readonly device?: string;
    }
  | { readonly supported: false; readonly reason: string };

export interface Capabilities {
  readonly device: 'cpu' | 'gpu';
  /** Number of threads that share the work, including the calling one. 1 if the backend has no threads. */
  readonly threads: number;
  readonly precision: 'float32' | 'float16';
  /** The contract's kernels that the backend implements itself; the others run as portable TensorFlow.js operations. */
  readonly fusedKernels: readonly string[];
  /** Whether `tensor.dataSync()` works. */
  readonly synchronousReads: boolean;
  /** Whether `compile` captures functions on this backend; if not, it calls them. */
  readonly captures: boolean;
}
