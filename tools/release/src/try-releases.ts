import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { breakingBump, type Change, dependentsOf, expectedVersions } from './expected-versions.ts';
import { checkListings, listing } from './listings.ts';
import { entryFile } from './manifest.ts';
import type { PublicPackage } from './public-packages.ts';
import type { Releases } from './publish.ts';
import type { ReadmeUser } from './readme-user.ts';
import type { Runtime } from './runtimes.ts';
import type { Trials } from './trials.ts';

/** The contents of a release: each raised version, and its changelog. */
export interface ReleaseRecord {
  readonly title: string;
  readonly changes: readonly {
    readonly name: string;
    readonly version: string;
    readonly changelog: readonly string[];
  }[];
}

export interface ReleaseTrials {
  readonly releases: Releases;
  readonly registry: string;
  /** Runs the programs of users who update. */
  readonly node: Runtime;
  readonly trials: Trials;
  /** Collects the contents of each release. */
  readonly records: ReleaseRecord[];
}

const steps = ['changeset version', 'changeset publish'];

/** Releases the packages with their pending changesets. Resolves to whether the release succeeded. */
export async function tryFirstRelease({
  releases,
  registry,
  trials,
  records,
}: ReleaseTrials): Promise<boolean> {
  const before = await releases.versions();
  let after = before;
  const released = await trials.attempt('first release', steps, async () => {
    await releases.leavePrereleases();
    after = await releases.release();
    records.push(await record(releases, 'first release', before));
  });
  if (released)
    await trials.attempt('first release', ['the registry'], () => checkListings(registry, after, 'latest'));
  return released;
}

/** Three packages, each of which depends on the one before, if there are enough packages. */
export interface Ladder {
  /** The package on which most others depend. */
  readonly lowest: PublicPackage;
  /** The package between the two on which the fewest depend. */
  readonly middle: PublicPackage;
  /** Among the dependents of the lowest, the package that depends on the most packages. */
  readonly highest: PublicPackage;
}

export function ladder(packages: readonly PublicPackage[]): Ladder {
  const manifests = packages.map(({ manifest }) => manifest);
  const above = (below: PublicPackage) => {
    const names = dependentsOf(below.manifest.name, manifests);
    return packages.filter(({ manifest }) => names.has(manifest.name));
  };
  const below = (top: PublicPackage) => packages.filter((each) => above(each).includes(top));
  const most = (candidates: readonly PublicPackage[], count: (each: PublicPackage) => number) =>
    candidates.toSorted((a, b) => count(b) - count(a))[0];
  const lowest = most(packages, (each) => above(each).length);
  if (!lowest) throw new Error('ladder: there are no public packages');
  const highest = most(above(lowest), (each) => below(each).length) ?? lowest;
  const middle = most(below(highest), (each) => -above(each).length) ?? lowest;
  return { lowest, middle, highest };
}

/** Changes a package with a changeset, releases it, and updates its users. */
export async function trySecondRelease(
  { directory, manifest }: PublicPackage,
  users: readonly ReadmeUser[],
  context: ReleaseTrials,
): Promise<void> {
  const { name } = manifest;
  appendFileSync(join(directory, entryFile(manifest)), '\nexport const releasedAgain = true;\n');
  const after = await tryChange(
    'second release',
    { name, bump: breakingBump(manifest.version) },
    'latest',
    context,
  );
  if (!after) return;
  for (const user of users) {
    const { consumer } = user;
    await context.trials.attempt('second release', [consumer.installer, `${user.name} updated`], async () => {
      await user.update(after, () => 'latest', name);
      await user.run(context.node, 'import');
      consumer.write(
        'updated.mjs',
        `import { releasedAgain } from '${name}';\nconsole.log(releasedAgain);\n`,
      );
      await consumer.expectPrinted(context.node, 'updated.mjs', 'true\n');
    });
  }
}

/** Publishes a prerelease under the tag `next`, which only users get who request it, and then the final release. */
export async function tryPrerelease(
  name: string,
  users: readonly ReadmeUser[],
  context: ReleaseTrials,
): Promise<void> {
  const { releases, registry, trials, records } = context;
  const before = await releases.versions();
  await releases.changeset('pre', 'enter', 'next');
  const after = await tryChange('prerelease', { name, bump: 'patch', tag: 'next' }, 'next', context);
  if (!after) return;
  await trials.attempt('prerelease', ['latest stays'], async () => {
    const { latest } = (await listing(registry, name))['dist-tags'];
    if (latest !== before.get(name))
      throw new Error(`${name}@latest is ${latest}; expected ${before.get(name)}`);
  });
  for (const user of users) {
    await trials.attempt('prerelease', [user.consumer.installer, `${user.name} updated`], async () => {
      const tagOf = (each: string) => (after.get(each) === before.get(each) ? 'latest' : 'next');
      await user.update(after, tagOf, name);
      await user.run(context.node, 'import');
    });
  }
  await trials.attempt('release after it', steps, async () => {
    await releases.changeset('pre', 'exit');
    const released = await releases.release();
    await checkListings(registry, released, 'latest');
    records.push(await record(releases, 'release after it', after));
  });
}

/** Adds a changeset and releases. Resolves to the versions, if they are the expected ones. */
async function tryChange(
  title: string,
  change: Change,
  tag: string,
  { releases, registry, trials, records }: ReleaseTrials,
): Promise<Map<string, string> | undefined> {
  const summary = `What the ${title} brings.`;
  let after: Map<string, string> | undefined;
  await trials.attempt(title, steps, async () => {
    const manifests = (await releases.packages()).map(({ manifest }) => manifest);
    const before = await releases.versions();
    const expected = expectedVersions(manifests, change);
    releases.add(title.replaceAll(' ', '-'), { [change.name]: change.bump }, summary);
    const versions = await releases.release();
    if (!isDeepStrictEqual(versions, expected)) {
      throw new Error(`the versions are ${list(versions)}; expected ${list(expected)}`);
    }
    const dependents = dependentsOf(change.name, manifests);
    if (dependents.size > 0 && ![...dependents].some((each) => before.get(each) !== versions.get(each))) {
      throw new Error(
        `the change of ${change.name} raised none of its dependents, ${[...dependents].join(', ')}`,
      );
    }
    const raised = new Map([...versions].filter(([name, version]) => before.get(name) !== version));
    await checkListings(registry, raised, tag);
    const made = await record(releases, title, before);
    for (const { name, changelog } of made.changes) {
      const dependencies = Object.keys(manifests.find((each) => each.name === name)?.dependencies ?? {});
      const updated = dependencies
        .filter((each) => raised.has(each))
        .map((each) => `${each}@${raised.get(each)}`);
      for (const line of name === change.name ? [summary] : updated) {
        if (!changelog.some((each) => each.includes(line))) {
          throw new Error(`${name}'s changelog says\n${changelog.join('\n')}\nand nothing of '${line}'`);
        }
      }
    }
    records.push(made);
    after = versions;
  });
  return after;
}

/** The contents of a release, compared with the versions before. */
async function record(
  releases: Releases,
  title: string,
  before: ReadonlyMap<string, string>,
): Promise<ReleaseRecord> {
  const raised = (await releases.packages()).filter(
    ({ manifest }) => manifest.version !== before.get(manifest.name),
  );
  const changes = raised.map((each) => {
    const { name, version } = each.manifest;
    return { name, version, changelog: releases.changelog(each) };
  });
  return { title, changes };
}

function list(versions: ReadonlyMap<string, string>): string {
  return [...versions].map(([name, version]) => `${name} ${version}`).join(', ');
}
