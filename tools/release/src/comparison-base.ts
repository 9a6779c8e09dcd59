import { git } from './git.ts';

/** What of the environment says what to compare with. */
export interface BaseEnvironment {
  /** A branch or commit, by hand. */
  readonly CHANGESET_BASE?: string | undefined;
  /** The branch that a pull request goes to, on GitHub. */
  readonly GITHUB_BASE_REF?: string | undefined;
}

/**
 * The branch that this work is to join: the pull request's, else `main` where the others have it, else the one here. Undefined where
 * there is none, or where this is that branch and nothing is ahead of it.
 */
export async function comparisonBase(directory: string, env: BaseEnvironment): Promise<string | undefined> {
  const asked = env.CHANGESET_BASE || (env.GITHUB_BASE_REF && `origin/${env.GITHUB_BASE_REF}`);
  for (const base of asked ? [asked] : ['origin/main', 'main']) {
    const common = await git(directory, 'merge-base', 'HEAD', base);
    if (common) return common === (await git(directory, 'rev-parse', 'HEAD')) ? undefined : base;
  }
  if (asked)
    throw new Error(
      `changesets: this has no commit in common with '${asked}'; fetch it with its history (in a workflow, actions/checkout with fetch-depth: 0)`,
    );
  return undefined;
}
