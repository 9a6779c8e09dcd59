import semver from 'semver';
import type { Manifest } from './public-packages.ts';

/** What a registry says of a package. */
interface Listing {
  readonly 'dist-tags': Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, Manifest>>;
}

/** What the registry says of a package. */
export async function listing(registry: string, name: string): Promise<Listing> {
  const response = await fetch(registry + name);
  if (!response.ok) throw new Error(`the registry answers ${response.status} for ${name}`);
  return (await response.json()) as Listing;
}

/** Throws unless a registry has each package's version under the tag, and its dependencies within their ranges. */
export async function checkListings(
  registry: string,
  versions: ReadonlyMap<string, string>,
  tag: string,
): Promise<void> {
  for (const [name, version] of versions) {
    const listed = await listing(registry, name);
    if (listed['dist-tags'][tag] !== version) {
      throw new Error(`${name}@${tag} is ${listed['dist-tags'][tag]}; expected ${version}`);
    }
    for (const [dependency, range] of Object.entries(listed.versions[version]?.dependencies ?? {})) {
      const own = versions.get(dependency);
      const fits = own ? semver.satisfies(own, range) : semver.validRange(range) !== null;
      if (!fits)
        throw new Error(`${name}@${version} asks for ${dependency}@${range}${own ? `; it is ${own}` : ''}`);
    }
  }
}
