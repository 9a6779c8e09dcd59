import type { Backend } from '@unroll/backend';

/** One thing that a backend has to do. It rejects, with what is wrong, where the backend does not. */
export interface Check {
  /** The part of the contract that it belongs to */
  readonly group: string;
  /** A sentence about a backend that passes */
  readonly name: string;
  run(): Promise<void>;
}

/** Largest absolute differences allowed, for values up to 1 in magnitude; in tensors with larger ones, relative to the largest. */
export interface Tolerances {
  readonly forwardTolerance: number;
  readonly gradientTolerance: number;
}

/** What checks are run on, and measured by. */
export interface Subject extends Tolerances {
  readonly backend: Backend;
  /** plain tfjs-backend-cpu with the portable kernels */
  readonly reference: Backend;
}

/** The checks of one group, from names and what they do. */
export function checksOf(group: string, checks: Readonly<Record<string, () => Promise<void>>>): Check[] {
  return Object.entries(checks).map(([name, run]) => ({ group, name, run }));
}
