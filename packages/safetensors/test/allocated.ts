import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface Allocated {
  /** Bytes of typed arrays, exactly */
  readonly arrays: number;
  /** Bytes of objects and strings, to about a megabyte; fewer where garbage is collected meanwhile */
  readonly heap: number;
}

/** What a call allocates. */
export function allocatedBy(call: () => void): Allocated {
  const before = process.memoryUsage();
  call();
  const after = process.memoryUsage();
  return { arrays: after.arrayBuffers - before.arrayBuffers, heap: after.heapUsed - before.heapUsed };
}

/** Frees all garbage, so that what is measured next is not less by it. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}
