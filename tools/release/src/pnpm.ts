import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readManifest } from './manifest.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Runs pnpm in a folder: the one that runs this program, or else the one that the workspace names, by npx. */
export async function pnpm(args: readonly string[], cwd: string): Promise<void> {
  const options = { cwd, env: { ...process.env, COREPACK_ENABLE_STRICT: '0' } };
  try {
    await run('pnpm', args, options);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    const { packageManager } = await readManifest(root);
    await run('npx', ['--yes', String(packageManager), ...args], options);
  }
}
