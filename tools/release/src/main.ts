// pnpm release:check: releases the public packages to a local registry, as they would be published, and uses them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { checkRelease } from './check-release.ts';
import { interruptCommands, wasInterrupted } from './command.ts';
import { inspectPackage } from './package-check.ts';
import type { SizeRow } from './package-sizes.ts';
import { packPackage } from './packed-package.ts';
import { publicPackages } from './public-packages.ts';
import { npmRegistry } from './registry.ts';
import { releaseTable, sizeTable, trialTable } from './report.ts';
import { compilers, nodes, thisCompiler, thisNode } from './runtimes.ts';
import { type Trial, Trials } from './trials.ts';

interface Options {
  readonly short?: true;
  readonly keep?: true;
}

const { short, keep } = new Command('release:check')
  .description('Releases the public packages to a registry on this machine, installs each alone and runs it.')
  .option('--short', 'npm, this Node and this TypeScript alone')
  .option('--keep', 'leave the folders, to look into them')
  .parse()
  .opts<Options>();

const workspace = fileURLToPath(new URL('../../..', import.meta.url));
const cache = join(workspace, 'node_modules', '.cache', 'release');
const scratch = mkdtempSync(join(tmpdir(), 'release-check-'));
const begin = performance.now();
const elapsed = () => `${((performance.now() - begin) / 1000).toFixed(0)} s`.padStart(6);

const report = ({ subject, tried, problem }: Trial) => {
  if (wasInterrupted()) return;
  console.error(`${elapsed()} ${problem === undefined ? '✓' : '✗'} ${subject}: ${tried.join(', ')}`);
};
const packing = new Trials(report);
const trying = new Trials(report);
const runtimesOf = {
  whole: async () => ({
    installers: ['npm', 'pnpm'] as const,
    nodes: await nodes(['22', '24', '26'], cache),
    compilers: await compilers(['5.8', 'latest'], cache),
  }),
  short: async () => ({ installers: ['npm'] as const, nodes: [thisNode()], compilers: [thisCompiler()] }),
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interruptCommands);
try {
  const sizes: SizeRow[] = [];
  const packages = await publicPackages(workspace);
  for (const { directory, manifest } of packages) {
    await packing.attempt(manifest.name, ['as packed'], async () => {
      await using packed = await packPackage(directory);
      const inspected = await inspectPackage(packed);
      sizes.push(...inspected.sizes);
      if (inspected.problems.length > 0) throw new Error(inspected.problems.join('\n'));
    });
  }
  const uplink = await npmRegistry(workspace);
  const runtimes = await runtimesOf[short ? 'short' : 'whole']();
  const versions = [...runtimes.nodes, ...runtimes.compilers].map(
    ({ name, version }) => `${name} is ${version}`,
  );
  console.error(`${elapsed()} ${versions.join(', ')}`);
  const storage = join(cache, 'registry');
  const records = await checkRelease({ workspace, scratch, storage, uplink, ...runtimes }, trying);
  if (wasInterrupted()) throw new Error('interrupted');
  const names = new Set(packages.map(({ manifest }) => manifest.name));
  const ofPackages = trying.all.filter(({ subject }) => names.has(subject));
  for (const table of [sizeTable(sizes), trialTable(ofPackages), releaseTable(records)])
    console.log(`\n${table}`);
} catch (error) {
  // An error here ends the check. The results so far are printed below, together with the error.
  await trying.attempt('the check', ['to its end'], () => Promise.reject(error));
} finally {
  if (keep) console.error(`The folders are in ${scratch}`);
  else {
    console.error(`${elapsed()} removing the folders …`);
    rmSync(scratch, { recursive: true, force: true });
  }
}

if (wasInterrupted()) {
  console.error('Interrupted: nothing is said of what was tried, nor of what was not.');
  process.exitCode = 130;
} else {
  const problems = [...packing.problems, ...trying.problems];
  for (const problem of problems) console.error(`✗ ${problem}\n`);
  const trials = packing.all.length + trying.all.length;
  console.log(`\n${trials} trials, ${problems.length} problems, ${elapsed().trim()}`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
