import semver from 'semver';
import type { Manifest } from './manifest.ts';

export type Bump = 'major' | 'minor' | 'patch';

/** A planned release: one package's change, and the tag of a prerelease. */
export interface Change {
  readonly name: string;
  readonly bump: Bump;
  readonly tag?: string;
}

/** The range in the published package, where pnpm replaces a workspace range. */
function publishedRange(range: string, version: string): string {
  const within = range.replace(/^workspace:/, '');
  if (within === '*') return version;
  return within === '^' || within === '~' ? within + version : within;
}

/**
 * The expected versions of all packages after a change of one package. The version of that package is raised, and the
 * version of every package whose range excludes the new version, and so on. A range without a prerelease excludes all
 * prereleases.
 */
export function expectedVersions(
  manifests: readonly Manifest[],
  { name, bump, tag }: Change,
): Map<string, string> {
  const before = new Map(manifests.map((manifest) => [manifest.name, manifest.version]));
  const after = new Map(before);
  const raise = (each: string, by: Bump) => {
    const next = tag ? semver.inc(before.get(each)!, `pre${by}`, tag) : semver.inc(before.get(each)!, by);
    if (!next)
      throw new Error(
        `expectedVersions: ${each} has the version '${before.get(each)}'; expected one of semver`,
      );
    after.set(each, next);
  };
  const propagate = (changed: string): void => {
    for (const { name: dependent, dependencies } of manifests) {
      const range = dependencies?.[changed];
      if (range === undefined || after.get(dependent) !== before.get(dependent)) continue;
      if (semver.satisfies(after.get(changed)!, publishedRange(range, before.get(changed)!))) continue;
      raise(dependent, 'patch');
      propagate(dependent);
    }
  };
  raise(name, bump);
  propagate(name);
  return after;
}

/** The smallest change of a version that its `^` range excludes. */
export function breakingBump(version: string): Bump {
  if (semver.major(version) > 0) return 'major';
  return semver.minor(version) > 0 ? 'minor' : 'patch';
}

/** All packages that depend on a package, directly or indirectly. */
export function dependentsOf(name: string, manifests: readonly Manifest[]): Set<string> {
  const found = new Set<string>();
  const add = (each: string): void => {
    for (const { name: dependent, dependencies } of manifests) {
      if (dependencies?.[each] === undefined || found.has(dependent)) continue;
      found.add(dependent);
      add(dependent);
    }
  };
  add(name);
  return found;
}
