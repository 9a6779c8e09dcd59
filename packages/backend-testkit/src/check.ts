import type { Backend } from '@unroll/backend';

/** One requirement on a backend. It rejects with a description of the fault if the backend does not meet it. */
export interface Check {
  /** The part of the contract to which the check belongs */
  readonly group: string;
  /** A sentence that is true of a backend that passes */
  readonly name: string;
  run(): Promise<void>;
}

/**
 * Largest allowed absolute differences, for values up to 1 in magnitude; for larger values, relative to the tensor's
 * largest.
 */
export interface Tolerances {
  readonly forwardTolerance: number;
  readonly gradientTolerance: number;
}

/** The backend under test, the reference backend, and the tolerances. */
export interface Subject extends Tolerances {
  readonly backend: Backend;
  /** plain tfjs-backend-cpu with the portable kernels */
  readonly reference: Backend;
}

/** The checks of one group, from their names and functions. */
export function checksOf(group: string, checks: Readonly<Record<string, () => Promise<void>>>): Check[] {
  return Object.entries(checks).map(([name, run]) => ({ group, name, run }));
}
