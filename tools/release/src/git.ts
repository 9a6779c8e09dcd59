import { devNull } from 'node:os';
import { command, tryCommand } from './command.ts';

/**
 * Settings of a repository that this program makes: a name for its commits, and none of the user's settings, such as
 * signing.
 */
export const ownRepository = {
  GIT_CONFIG_GLOBAL: devNull,
  GIT_CONFIG_SYSTEM: devNull,
  GIT_AUTHOR_NAME: 'release check',
  GIT_AUTHOR_EMAIL: 'release-check@localhost',
  GIT_COMMITTER_NAME: 'release check',
  GIT_COMMITTER_EMAIL: 'release-check@localhost',
};

/** The output of git in a folder, or undefined when git fails. */
export async function git(directory: string, ...args: string[]): Promise<string | undefined> {
  const { code, stdout } = await tryCommand('git', args, { cwd: directory });
  return code === 0 ? stdout.trim() : undefined;
}

/** Creates a repository in a folder, or reuses it, and commits all files. */
export async function commitAll(directory: string, message: string): Promise<void> {
  const options = { cwd: directory, env: ownRepository };
  await command('git', ['init', '--quiet', '--initial-branch', 'main'], options);
  await command('git', ['add', '--all'], options);
  await command('git', ['commit', '--quiet', '--allow-empty', '--message', message], options);
}
