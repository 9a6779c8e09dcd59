import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { command } from './command.ts';
import { pnpm } from './pnpm.ts';
import { publicPackages } from './public-packages.ts';

/** Who makes the copy's commits, where the machine has no name for anyone. */
const author = {
  GIT_AUTHOR_NAME: 'release check',
  GIT_AUTHOR_EMAIL: 'release-check@localhost',
  GIT_COMMITTER_NAME: 'release check',
  GIT_COMMITTER_EMAIL: 'release-check@localhost',
};

/** Commits whatever is in a repository. */
export async function commitAll(directory: string, message: string): Promise<void> {
  await command('git', ['add', '--all'], { cwd: directory });
  await command('git', ['commit', '--quiet', '--no-verify', '--allow-empty', '--message', message], {
    cwd: directory,
    env: author,
  });
}

/**
 * Copies a workspace to where versions may be raised and published: what git has or would have of it, and what its public
 * packages built. The copy is a repository of its own with one commit, installed from what the machine has.
 */
export async function copyForRelease(workspace: string, copy: string): Promise<void> {
  const tracked = await command('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: workspace,
  });
  const built = (await publicPackages(workspace)).flatMap(({ directory, manifest }) =>
    (manifest.files ?? []).map((file) => join(relative(workspace, directory), file)),
  );
  for (const file of new Set([...tracked.split('\0').filter(Boolean), ...built])) {
    const source = join(workspace, file);
    if (!existsSync(source)) continue; // deleted and not yet committed, or not built: the check of the tarball says so
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(source, join(copy, file), { recursive: true });
  }
  await command('git', ['init', '--quiet', '--initial-branch', 'main'], { cwd: copy });
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
}
