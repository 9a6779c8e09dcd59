/**
 * What a backend is to Unroll: something that can say whether it runs here, and that, once loaded, is a TensorFlow.js
 * backend of the same `name` with as many of the contract's kernels as it has fast versions of.
 */
export interface Backend {
  /** The name under which the backend is registered with TensorFlow.js, for example `unroll-cpu`. */
  readonly name: string;
  /** Whether this machine can run the backend; if not, why, in words for the person at the keyboard. */
  support(): Promise<Support>;
  /**
   * Registers the TensorFlow.js backend and its kernels. Called once, by `useBackend`, after `support` said yes. Another
   * backend of the same name may be in use meanwhile, and after a `load` that rejects: `load` removes nothing, and changes
   * nothing that the other one needs. `useBackend` puts one in the place of the other.
   */
  load(): Promise<void>;
  /**
   * Resolves when no run is under way, at once where that is so already or the backend is not loaded. It starts nothing: what
   * is recorded and not yet run stays so. Those who wait for the last run's results go on after those who wait for this.
   */
  idle(): Promise<void>;
  /** Runs what is recorded, and resolves when it is done. Absent where a kernel has run when it returns. */
  flush?(): Promise<void>;
  /**
   * Whether what the loaded backend computes on is gone: a GPU that was reset, for instance. `useBackend` then loads it anew. Absent
   * where nothing of the kind happens.
   */
  lost?(): boolean;
  /** What the loaded backend can do. */
  capabilities(): Capabilities;
}

export type Support =
  | {
      readonly supported: true;
      /** What it would compute on, in words, where there is more than one possibility: a GPU's name */
      readonly device?: string;
    }
  | { readonly supported: false; readonly reason: string };

export interface Capabilities {
  readonly device: 'cpu' | 'gpu';
  /** Threads that share the work, the calling one included. 1 where the notion does not apply. */
  readonly threads: number;
  readonly precision: 'float32' | 'float16';
  /** The contract's kernels that run as the backend's own code; the others run as portable TensorFlow.js operations. */
  readonly fusedKernels: readonly string[];
  /** Whether `tensor.dataSync()` works. */
  readonly synchronousReads: boolean;
  /** Whether `compile` captures functions; elsewhere it calls them. */
  readonly captures: boolean;
}
