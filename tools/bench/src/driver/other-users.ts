import { type ChildProcess, spawn } from 'node:child_process';

/** Does `f` while as many other programs compute all the time, a thread each, as other users of the machine would. */
export async function besideOthers<T>(count: number, f: () => Promise<T>): Promise<T> {
  const others = Array.from(
    { length: count },
    (): ChildProcess => spawn(process.execPath, ['--eval', 'for (;;);'], { stdio: 'ignore' }),
  );
  try {
    return await f();
  } finally {
    for (const other of others) other.kill('SIGKILL');
  }
}
