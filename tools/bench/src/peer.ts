import type { PyTorchReport } from './pytorch/pytorch-report.ts';
import type { Pass, Workload } from './workload.ts';

/** A prepared workload: weights and inputs are drawn, code is compiled. */
export interface Prepared {
  /** Makes one timed run. Resolves when its results can be read. */
  run(pass: Pass): void | Promise<void>;
  /** Milliseconds by program from the GPU's timestamps; absent when there is no GPU or it has no timestamps */
  gpuTimes?(pass: Pass): Promise<Readonly<Record<string, number>> | undefined>;
  /** A run's time is multiplied by this when the library can only do a part of the workload at a time; default 1. */
  readonly scale?: number;
  /** Frees the resources of `prepare`. */
  dispose?(): void;
}

interface Description {
  /** Library and version, instruction set, and everything else that a reader must know about the number */
  readonly text: string;
  /** The number of threads that the peer reports; 0 on a GPU */
  readonly threads: number;
}

/** A measured library in its own process or page. */
export interface Peer {
  describe(): Description;
  /** @returns the reason when the library cannot do the workload */
  prepare(workload: Workload): Promise<Prepared | string>;
}

/** Requests and replies between the driver and a peer. With processes, each is a line of JSON. */
export type Request =
  | { readonly describe: true }
  | { readonly case: string; readonly pass: Pass; readonly runs: number }
  | { readonly case: string; readonly pass: Pass; readonly gpuTimes: true };
export type Reply =
  | { readonly description: Description }
  | { readonly pytorch: PyTorchReport }
  | { readonly milliseconds: readonly number[] }
  | { readonly gpuTimes: Readonly<Record<string, number>> }
  | { readonly unsupported: string }
  | { readonly error: string };
