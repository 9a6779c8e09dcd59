import { git } from './git.ts';

/** The environment variables that determine the base of the comparison. */
export interface BaseEnvironment {
  /** A branch or commit, set by hand. */
  readonly CHANGESET_BASE?: string | undefined;
  /** The target branch of a pull request, on GitHub. */
  readonly GITHUB_BASE_REF?: string | undefined;
}

/**
 * The target branch of this work: that of the pull request, otherwise `origin/main` if it exists, otherwise the local
 * `main`. Undefined when there is none, or when this is that branch with nothing ahead of it.
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
