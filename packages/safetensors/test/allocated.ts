import { GCProfiler, getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface Allocated {
  /**
   * Total bytes of typed arrays and of strings outside the heap that were allocated, including those that became
   * garbage
   */
  readonly arrays: number;
  /** The greatest number of bytes of objects and strings at one time, including garbage that was not collected yet */
  readonly heap: number;
}

// A concurrent sweep would free arrays between two measurements.
setFlagsFromString('--no-concurrent-array-buffer-sweeping');

/**
 * Measures what a call allocates. Memory grows between two garbage collections, so it is measured at the beginning and
 * end of each. A measurement only at the end would miss everything collected before. Young arrays from before the call
 * that survive a collection may be counted as new; call `collectGarbage` first to make them old.
 */
export function allocatedBy(call: () => void): Allocated {
  const profiler = new GCProfiler();
  profiler.start();
  const start = getHeapStatistics();
  call();
  const end = getHeapStatistics();
  let last = start.external_memory;
  let arrays = 0;
  let heap = end.used_heap_size;
  for (const { beforeGC, afterGC } of profiler.stop().statistics) {
    arrays += beforeGC.heapStatistics.externalMemory - last;
    last = afterGC.heapStatistics.externalMemory;
    heap = Math.max(heap, beforeGC.heapStatistics.usedHeapSize);
  }
  return { arrays: arrays + end.external_memory - last, heap: heap - start.used_heap_size };
}

/** Frees all garbage, so that it does not reduce the next measurement. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}
