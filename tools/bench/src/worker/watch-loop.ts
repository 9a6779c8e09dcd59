import { performance } from 'node:perf_hooks';

/** Milliseconds between two turns of the timer */
const TICK = 2;

/** The longest times of an event loop, in milliseconds. */
export interface LoopTimes {
  /** That it did something without a break: what blocks it */
  readonly busy: number;
  /** That a timer came late: that, and what the operating system had it wait */
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
