/** The signals, and the exit codes of programs that they end */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * One Ctrl-C may arrive several times: the terminal signals all programs in the foreground, and npm and similar
 * programs pass the signal on. Signals within this many milliseconds of the first count as the same one.
 */
const ECHO = 1000;

/**
 * Calls back at the first Ctrl-C or SIGTERM, and sets the conventional exit code (130, 143) unless the program sets
 * another. A second signal, more than a second later, ends the program at once. In browsers and workers, which have no
 * signals, this does nothing.
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
