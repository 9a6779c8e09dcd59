import type { PyTorchReport } from './pytorch/pytorch-report.ts';
import type { Pass, Workload } from './workload.ts';

/** A workload made ready: weights and inputs drawn, code compiled. */
export interface Prepared {
  /** One timed run; resolves when its results are there to be read. */
  run(pass: Pass): void | Promise<void>;
  /** Milliseconds that the GPU itself says a run's programs take, by name; absent where there is none or it does not say */
  gpuTimes?(pass: Pass): Promise<Readonly<Record<string, number>> | undefined>;
  /** What a run's time is multiplied by, where the library can only do a part of the workload at a time; default 1. */
  readonly scale?: number;
  /** Releases what `prepare` took. */
  dispose?(): void;
}

interface Description {
  /** Library and version, instruction set, and what else the reader must know to believe the number */
  readonly text: string;
  /** That it computes on, as it says itself; 0 on a GPU */
  readonly threads: number;
}

/** One library under measurement, living in a process or a page of its own. */
export interface Peer {
  describe(): Description;
  /** @returns why not, in words, where the library cannot do the workload */
  prepare(workload: Workload): Promise<Prepared | string>;
}

/** Requests and replies between the driver and a peer; to processes, a line of JSON each. */
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
