import type { Pass, Workload } from './workloads.ts';

/** A workload made ready: weights and inputs drawn, code compiled. */
export interface Prepared {
  /** One timed run; resolves when its results are there to be read. */
  run(pass: Pass): void | Promise<void>;
  /** What a run's time is multiplied by, where the library can only do a part of the workload at a time; default 1. */
  readonly scale?: number;
  /** Releases what `prepare` took. */
  dispose?(): void;
}

/** One library under measurement, living in a process of its own. */
export interface Peer {
  /** Library and version, and what else the reader must know to believe the number. */
  describe(): string | Promise<string>;
  /** @returns why not, in words, where the library cannot do the workload */
  prepare(workload: Workload): Promise<Prepared | string>;
}

/** Requests and replies, a line of JSON each, between the driver and a peer's process. */
export type Request =
  | { readonly describe: true }
  | { readonly case: string; readonly pass: Pass; readonly runs: number };
export type Reply =
  | { readonly description: string }
  | { readonly milliseconds: readonly number[] }
  | { readonly unsupported: string }
  | { readonly error: string };
