import { performance } from 'node:perf_hooks';

/** Milliseconds between two calls of the timer */
const TICK = 2;

/** The longest durations in an event loop, in milliseconds. */
export interface LoopTimes {
  /** The longest time without a break, which blocks the loop */
  readonly busy: number;
  /** The longest delay of a timer: the blocked time, and waiting for the operating system */
  readonly waited: number;
}

/** Watches this thread's event loop. */
export function watchLoop(): { stop(): LoopTimes } {
  let busy = 0;
  let waited = 0;
  let last = performance.now();
  let before = performance.eventLoopUtilization();
  const look = (): void => {
    const now = performance.now();
    const utilization = performance.eventLoopUtilization();
    waited = Math.max(waited, now - last - TICK);
    busy = Math.max(busy, performance.eventLoopUtilization(utilization, before).active);
    last = now;
    before = utilization;
  };
  const timer = setInterval(look, TICK);
  return {
    stop() {
      clearInterval(timer);
      look();
      return { busy, waited };
    },
  };
}
