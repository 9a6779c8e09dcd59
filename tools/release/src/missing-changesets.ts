import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { getChangedPackagesSinceRef, getDivergedCommit } from '@changesets/git';
import { readChangesets } from '@changesets/read';
import { git } from './git.ts';
import { type Manifest, readManifest } from './manifest.ts';

interface Config {
  readonly changedFilePatterns: readonly string[];
}

/** The changes that users see, compared with the changesets. */
export interface MissingChangesets {
  /** Published packages with visible changes that no changeset names. */
  readonly packages: string[];
  /** A changeset without packages, which declares that users see none of the changes. */
  readonly empty?: string | undefined;
}

/**
 * The packages that changed since a base without a changeset. `changeset status` accepts a changeset for any package.
 */
export async function missingChangesets(directory: string, base: string): Promise<MissingChangesets> {
  const changesets = await readChangesets(directory, base);
  const empty = changesets.find(({ releases }) => releases.length === 0)?.id;
  const named = new Set(changesets.flatMap(({ releases }) => releases.map(({ name }) => name)));
  return { packages: (await changedPackages(directory, base)).filter((name) => !named.has(name)), empty };
}

async function changedPackages(directory: string, base: string): Promise<string[]> {
  const config: Config = JSON.parse(await readFile(join(directory, '.changeset', 'config.json'), 'utf8'));
  const touched = (changedFilePatterns: string[]) =>
    getChangedPackagesSinceRef({ cwd: directory, ref: base, changedFilePatterns });
  const commit = await getDivergedCommit(directory, base);
  const changed = new Set<string>();
  for (const { dir } of await touched(config.changedFilePatterns.filter((each) => each !== 'package.json'))) {
    changed.add(dir);
  }
  const released = new Set<string>();
  for (const { dir } of await touched(['package.json'])) {
    const now = await readManifest(dir);
    const before = await manifestAt(commit, directory, dir);
    if (before && before.version !== now.version) released.add(dir);
    else if (!before || !isDeepStrictEqual(published(before), published(now))) changed.add(dir);
  }
  const manifests = await Promise.all([...changed].filter((dir) => !released.has(dir)).map(readManifest));
  return manifests
    .filter((manifest) => !manifest.private)
    .map(({ name }) => name)
    .sort();
}

async function manifestAt(commit: string, root: string, dir: string): Promise<Manifest | undefined> {
  const text = await git(root, 'show', `${commit}:./${join(relative(root, dir), 'package.json')}`);
  return text === undefined ? undefined : JSON.parse(text);
}

/** The fields of a package.json that users see. */
function published({ devDependencies: _, scripts: __, ...rest }: Manifest): object {
  return rest;
}
