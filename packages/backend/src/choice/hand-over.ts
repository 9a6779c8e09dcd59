import { currentBackend } from '../engine/current-backend.ts';

/** A backend whose tensors may not be readable synchronously */
export interface HandsOver {
  /**
   * Makes the values of all live tensors readable synchronously, as the next backend takes them. Rejects if some cannot be
   * computed; the others are readable then.
   */
  handOver(): Promise<void>;
}

/**
 * Asks the current backend to make live tensors readable for the next one. Tensors that cannot be computed stay where they are; a read
 * of one reports why.
 */
export async function handOver(): Promise<void> {
  await (currentBackend() as Partial<HandsOver>).handOver?.().catch(() => {});
}
