// Fails where a published package differs from the base branch and no changeset says so.
import { execFileSync, spawnSync } from 'node:child_process';

/** @param {string[]} args */
function git(...args) {
  try {
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}

const base = git('merge-base', 'HEAD', process.env.CHANGESET_BASE ?? 'origin/main');
if (!base || base === git('rev-parse', 'HEAD')) {
  console.log('Changesets: no other base branch to compare with here.');
} else {
  const { status, stdout, stderr } = spawnSync('changeset', ['status', `--since=${base}`], {
    encoding: 'utf8',
  });
  if (status !== 0) {
    console.error(`${stdout}${stderr}`);
    console.error(
      'A package changed without a changeset. Run `pnpm changeset`, pick the packages, write a line, commit it.',
    );
    process.exitCode = 1;
  } else {
    console.log('Changesets: every changed package has one.');
  }
}
