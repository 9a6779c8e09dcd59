import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

const mount = (...args: string[]) => execFileSync('mount', args, { stdio: 'ignore' });

/** A small disk in memory, for the duration of the test; undefined when mounting is not allowed. */
export function smallDisk(megabytes: number): { path: string; makeReadOnly(): void } | undefined {
  const path = join(temporaryFolder(onTestFinished), 'disk');
  mkdirSync(path);
  try {
    mount('-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path);
  } catch {
    return undefined;
  }
  onTestFinished(() => void execFileSync('umount', [path], { stdio: 'ignore' }));
  return { path, makeReadOnly: () => void mount('-o', 'remount,ro', path) };
}

/** Runs a function as a user to whom a folder's permissions apply. They do not apply to root. */
export async function asOrdinaryUser<T>(run: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return run();
  process.seteuid?.(65_534);
  try {
    return await run();
  } finally {
    process.seteuid?.(0);
  }
}

/** A folder that other users can read but not write. */
export function readOnlyFolder(): string {
  const outer = temporaryFolder(onTestFinished);
  const path = join(outer, 'run');
  mkdirSync(path);
  chmodSync(outer, 0o755);
  chmodSync(path, 0o555);
  return path;
}
