import { GCProfiler, getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface Allocated {
  /** Bytes of typed arrays and of strings outside the heap: of all that were made, also those that are garbage since */
  readonly arrays: number;
  /** The most bytes of objects and strings that there were at once, garbage that was not yet collected included */
  readonly heap: number;
}

// What frees arrays beside the program would free some between two readings.
setFlagsFromString('--no-concurrent-array-buffer-sweeping');

/**
 * What a call allocates. Memory grows between two collections of garbage, so that it is read where each begins and ends: a reading
 * at the end alone would miss all that has been collected by then. Young arrays from before the call, if they outlive a collection,
 * may be counted as new: `collectGarbage` before it makes them old.
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

/** Frees all garbage, so that what is measured next is not less by it. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}
