import { delimiter, dirname, isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CommandOptions, command } from './command.ts';
import { readManifest } from './manifest.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
let found: Promise<string> | undefined;

/** Runs pnpm: the one that runs this program, otherwise the one that the workspace names. Returns its stdout. */
export async function pnpm(args: readonly string[], options: CommandOptions): Promise<string> {
  found ??= findPnpm();
  const program = await found;
  if (!isAbsolute(program)) return command(program, args, options);
  // Programs that pnpm runs may run pnpm: changesets do so.
  const path = [dirname(program), process.env.PATH].join(delimiter);
  return command(program, args, { ...options, env: { PATH: path, ...options.env } });
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
