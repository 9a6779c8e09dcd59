import semver from 'semver';
import type { Manifest } from './manifest.ts';

/** A registry's data about a package. */
interface Listing {
  readonly 'dist-tags': Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, Manifest>>;
}

/** Fetches the registry's data about a package. */
export async function listing(registry: string, name: string): Promise<Listing> {
  const response = await fetch(registry + name);
  if (!response.ok) throw new Error(`the registry answers ${response.status} for ${name}`);
  return (await response.json()) as Listing;
}

/**
 * Throws unless a registry has each package's version under the tag, and its dependencies on the other packages as
 * ranges that include their versions. With exact versions, packages of two releases would each bring a copy of a common
 * dependency.
 */
export async function checkListings(
  registry: string,
  versions: ReadonlyMap<string, string>,
  tag: string,
): Promise<void> {
  const problems: string[] = [];
  for (const [name, version] of versions) {
    const listed = await listing(registry, name);
    if (listed['dist-tags'][tag] !== version) {
      problems.push(`${name}@${tag} is ${listed['dist-tags'][tag]}; expected ${version}`);
    }
    for (const [dependency, range] of Object.entries(listed.versions[version]?.dependencies ?? {})) {
      const asks = `${name}@${version} asks for ${dependency}@${range}`;
      const own = versions.get(dependency);
      if (semver.validRange(range) === null) problems.push(`${asks}; expected a range of versions`);
      else if (own && semver.valid(range)) problems.push(`${asks}; expected a range, such as ^${range}`);
      else if (own && !semver.satisfies(own, range)) problems.push(`${asks}; it is ${own}`);
    }
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
}
