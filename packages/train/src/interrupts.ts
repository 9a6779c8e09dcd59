/** The signals, and the exit codes of programs that they end */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * One Ctrl-C may come several times: a terminal tells all programs that it started, and npm and its like tell those that they started
 * again. What comes within so many milliseconds of the first is the same one.
 */
const ECHO = 1000;

/**
 * Calls back at the first Ctrl-C or SIGTERM, and has the program exit with the code that whoever started it expects then (130, 143), unless
 * it sets another. A second one, a second later or more, does what it does to a program that listens to none: it ends it. Where there
 * are no signals, in browsers and in workers, this does nothing.
 *
 * @returns a function that stops listening
 */
export function onInterrupt(interrupted: (signal: string) => void): () => void {
  if (!hasSignals()) return () => {};
  let first: number | undefined;
  const listener = (signal: keyof typeof SIGNALS): void => {
    if (first === undefined) {
      first = performance.now();
      process.exitCode ??= SIGNALS[signal];
      interrupted(signal);
    } else if (performance.now() - first > ECHO) {
      stop();
      process.kill(process.pid, signal);
    }
  };
  const stop = (): void => {
    for (const signal of Object.keys(SIGNALS)) process.off(signal, listener);
  };
  for (const signal of Object.keys(SIGNALS)) process.on(signal, listener);
  return stop;
}

function hasSignals(): boolean {
  if (typeof process !== 'object' || typeof process.getBuiltinModule !== 'function') return false;
  return process.getBuiltinModule('node:worker_threads').isMainThread;
}
