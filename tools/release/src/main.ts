// pnpm release:check: the public packages as they would be published, released to a registry of their own and used.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { checkRelease } from './check-release.ts';
import type { Installer } from './consumer.ts';
import { npmRegistry } from './registry.ts';
import { releaseTable, trialTable } from './report.ts';
import { compilers, nodes } from './runtimes.ts';
import { Trials } from './trials.ts';

interface Options {
  readonly short?: true;
  readonly keep?: true;
}

/** What the whole check and its short form try packages with. */
const forms: Record<'whole' | 'short', { installers: Installer[]; nodes: string[]; compilers: string[] }> = {
  whole: { installers: ['npm', 'pnpm'], nodes: ['22', '24', '26'], compilers: ['5.8', 'latest'] },
  short: { installers: ['npm'], nodes: ['24'], compilers: ['latest'] },
};

const { short, keep } = new Command('release:check')
  .description('Releases the public packages to a registry on this machine, installs each alone and runs it.')
  .option('--short', 'npm, one Node and one TypeScript alone')
  .option('--keep', 'leave the folders, to look into them')
  .parse()
  .opts<Options>();

const workspace = fileURLToPath(new URL('../../..', import.meta.url));
const cache = join(workspace, 'node_modules', '.cache', 'release');
const scratch = mkdtempSync(join(tmpdir(), 'release-check-'));
const begin = performance.now();
const seconds = () => `${((performance.now() - begin) / 1000).toFixed(0)} s`;

const trials = new Trials(({ subject, tried, problem }) => {
  console.error(`${seconds().padStart(6)} ${problem === undefined ? '✓' : '✗'} ${subject}: ${tried}`);
});
const form = forms[short ? 'short' : 'whole'];
try {
  const uplink = await npmRegistry(workspace);
  const runtimes = {
    installers: form.installers,
    nodes: await nodes(form.nodes, cache),
    compilers: await compilers(form.compilers, cache),
  };
  const versions = [...runtimes.nodes, ...runtimes.compilers].map(
    ({ name, version }) => `${name} is ${version}`,
  );
  console.error(`${seconds().padStart(6)} ${versions.join(', ')}`);
  const records = await checkRelease(
    { workspace, scratch, storage: join(cache, 'registry'), uplink, ...runtimes },
    trials,
  );
  const ofReleases = new Set(records.map(({ title }) => title));
  console.log(`\n${trialTable(trials.all.filter(({ subject }) => !ofReleases.has(subject)))}`);
  console.log(`\n${releaseTable(records)}\n`);
} finally {
  if (keep) console.error(`The folders are in ${scratch}`);
  else rmSync(scratch, { recursive: true, force: true });
}

for (const problem of trials.problems) console.error(`✗ ${problem}\n`);
const { length } = trials.problems;
console.log(`${trials.all.length} trials, ${length} problems, ${seconds()}`);
process.exitCode = length > 0 ? 1 : 0;
