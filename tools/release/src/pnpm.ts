import { fileURLToPath } from 'node:url';
import { type CommandOptions, command } from './command.ts';
import { readManifest } from './manifest.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Runs pnpm: the one that runs this program, or else the one that the workspace names, by npx. Returns what it wrote to stdout. */
export async function pnpm(args: readonly string[], options: CommandOptions): Promise<string> {
  try {
    return await command('pnpm', args, options);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    const { packageManager } = await readManifest(root);
    return command('npx', ['--yes', String(packageManager), ...args], options);
  }
}
