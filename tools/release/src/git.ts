import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What git prints in a folder, or undefined where it fails. */
export async function git(directory: string, ...args: string[]): Promise<string | undefined> {
  try {
    const { stdout } = await run('git', args, { cwd: directory });
    return stdout.trim();
  } catch {
    return undefined;
  }
}
