import { fileURLToPath } from 'node:url';
import { comparisonBase } from './comparison-base.ts';
import { packagesWithoutChangeset } from './packages-without-changeset.ts';

/** Says whether each package that changed since the branch that this is to join has a changeset. */
export async function changesetReport(
  directory: string,
  env: NodeJS.ProcessEnv,
): Promise<{ right: boolean; words: string }> {
  const base = await comparisonBase(directory, env);
  if (!base) return { right: true, words: 'Changesets: no other base branch to compare with here.' };
  const missing = await packagesWithoutChangeset(directory, base);
  if (missing.length === 0) return { right: true, words: `Changesets: every change since ${base} has one.` };
  const words = [
    `Changed since ${base} without a changeset: ${missing.join(', ')}.`,
    'Run `pnpm changeset`, pick the packages and the kind of change, write a line for the changelog, and commit the file that it makes.',
    'Where users see nothing of the change, `pnpm changeset --empty` says so.',
  ];
  return { right: false, words: words.join('\n') };
}

if (import.meta.main) {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const { right, words } = await changesetReport(root, process.env);
  (right ? console.log : console.error)(words);
  process.exitCode = right ? 0 : 1;
}
