import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { command } from './command.ts';
import { commitAll } from './git.ts';
import { pnpm } from './pnpm.ts';
import type { PublicPackage } from './public-packages.ts';

/**
 * Copies a workspace to a folder where versions may be raised and published: the files that git has or would add, and
 * the built public packages. The copy is a new repository with one commit. Its packages are installed from the
 * machine's cache.
 *
 * @returns the folders of the public packages in the copy
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
    if (!existsSync(source)) continue; // deleted and not yet committed, or not built: the tarball check reports it
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
