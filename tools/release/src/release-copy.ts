import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { command } from './command.ts';
import { commitAll } from './git.ts';
import { pnpm } from './pnpm.ts';
import type { PublicPackage } from './public-packages.ts';

/**
 * Copies a workspace to where versions may be raised and published: what git has or would have of it, and what its public
 * packages built. The copy is a repository of its own with one commit, installed from what the machine has.
 *
 * @returns the public packages' folders in the copy
 */
export async function copyForRelease(
  workspace: string,
  packages: readonly PublicPackage[],
  copy: string,
): Promise<string[]> {
  const tracked = await command('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: workspace,
  });
  const built = packages.flatMap(({ directory, manifest }) =>
    (manifest.files ?? []).map((file) => join(relative(workspace, directory), file)),
  );
  for (const file of new Set([...tracked.split('\0').filter(Boolean), ...built])) {
    const source = join(workspace, file);
    if (!existsSync(source)) continue; // deleted and not yet committed, or not built: the check of the tarball says so
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(source, join(copy, file), { recursive: true });
  }
  await commitAll(copy, 'The workspace as it is');
  const install = [
    'install',
    '--prefer-offline',
    '--no-frozen-lockfile',
    '--ignore-scripts',
    '--loglevel',
    'error',
  ];
  await pnpm(install, { cwd: copy });
  return packages.map(({ directory }) => join(copy, relative(workspace, directory)));
}
