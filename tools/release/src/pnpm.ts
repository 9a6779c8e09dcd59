import { fileURLToPath } from 'node:url';
import { type CommandOptions, command } from './command.ts';
import { readManifest } from './manifest.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
let found: Promise<string> | undefined;

/** Runs pnpm: the one that runs this program, or else the one that the workspace names. Returns what it wrote to stdout. */
export async function pnpm(args: readonly string[], options: CommandOptions): Promise<string> {
  found ??= findPnpm();
  return command(await found, args, options);
}

async function findPnpm(): Promise<string> {
  try {
    await command('pnpm', ['--version'], { cwd: root });
    return 'pnpm';
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    const { packageManager } = await readManifest(root);
    const where = ['exec', '--yes', `--package=${packageManager}`, '--call', 'command -v pnpm'];
    return (await command('npm', where, { cwd: root })).trim();
  }
}
