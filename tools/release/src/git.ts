import { devNull } from 'node:os';
import { command, tryCommand } from './command.ts';

/** Settings of a repository that this program makes: none of the user's, such as signing, and a name for its commits. */
export const ownRepository = {
  GIT_CONFIG_GLOBAL: devNull,
  GIT_CONFIG_SYSTEM: devNull,
  GIT_AUTHOR_NAME: 'release check',
  GIT_AUTHOR_EMAIL: 'release-check@localhost',
  GIT_COMMITTER_NAME: 'release check',
  GIT_COMMITTER_EMAIL: 'release-check@localhost',
};

/** What git prints in a folder, or undefined where it fails. */
export async function git(directory: string, ...args: string[]): Promise<string | undefined> {
  const { code, stdout } = await tryCommand('git', args, { cwd: directory });
  return code === 0 ? stdout.trim() : undefined;
}

/** Begins a repository in a folder, or adds to the one that began there, with one commit of whatever is in it. */
export async function commitAll(directory: string, message: string): Promise<void> {
  const options = { cwd: directory, env: ownRepository };
  await command('git', ['init', '--quiet', '--initial-branch', 'main'], options);
  await command('git', ['add', '--all'], options);
  await command('git', ['commit', '--quiet', '--allow-empty', '--message', message], options);
}
