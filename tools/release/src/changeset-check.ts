import { fileURLToPath } from 'node:url';
import { comparisonBase } from './comparison-base.ts';
import { git } from './git.ts';
import { missingChangesets } from './missing-changesets.ts';

/** Checks whether each package that changed since the target branch has a changeset, and returns a report. */
export async function changesetReport(
  directory: string,
  env: NodeJS.ProcessEnv,
): Promise<{ right: boolean; words: string }> {
  const base = await comparisonBase(directory, env);
  const uncommitted = (await git(directory, 'status', '--porcelain'))
    ? ' What is not committed was not looked at.'
    : '';
  if (!base)
    return { right: true, words: `Changesets: nothing is ahead of another branch here.${uncommitted}` };
  const { packages: missing, empty } = await missingChangesets(directory, base);
  if (missing.length === 0) {
    return { right: true, words: `Changesets: every change since ${base} has one.${uncommitted}` };
  }
  if (empty) {
    const words = `Changesets: .changeset/${empty}.md says that users see nothing of this branch, so none is asked for ${missing.join(', ')}.`;
    return { right: true, words: `${words}${uncommitted}` };
  }
  const words = [
    `Changed since ${base} without a changeset: ${missing.join(', ')}.`,
    'Run `pnpm changeset`, pick the packages and the kind of change, write a line for the changelog, and commit the file that it makes.',
    'Where users see nothing of the change, `pnpm changeset --empty` says so, for the whole branch.',
  ];
  return { right: false, words: words.join('\n') };
}

if (import.meta.main) {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const { right, words } = await changesetReport(root, process.env);
  (right ? console.log : console.error)(words);
  process.exitCode = right ? 0 : 1;
}
