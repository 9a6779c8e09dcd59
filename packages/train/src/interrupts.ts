const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Calls back at the first Ctrl-C or SIGTERM. A second one does what it does to a program that listens to none: it ends it. Where there
 * are no signals, in browsers and in workers, this does nothing.
 *
 * @returns a function that stops listening
 */
export function onInterrupt(interrupted: (signal: string) => void): () => void {
  if (!hasSignals()) return () => {};
  const listener = (signal: string): void => {
    stop();
    interrupted(signal);
  };
  const stop = (): void => {
    for (const signal of SIGNALS) process.off(signal, listener);
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  return stop;
}

function hasSignals(): boolean {
  if (typeof process !== 'object' || typeof process.getBuiltinModule !== 'function') return false;
  return process.getBuiltinModule('node:worker_threads').isMainThread;
}
