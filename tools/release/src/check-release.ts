import { join } from 'node:path';
import { Consumer, type Installer } from './consumer.ts';
import { type PublicPackage, publicPackages } from './public-packages.ts';
import { Releases } from './publish.ts';
import { ReadmeUser } from './readme-user.ts';
import { startRegistry } from './registry.ts';
import { copyForRelease } from './release-copy.ts';
import type { TrialRuntimes, Trials } from './trials.ts';
import { tryAlone } from './try-alone.ts';
import { tryReadme } from './try-readme.ts';
import {
  ladder,
  type ReleaseRecord,
  tryFirstRelease,
  tryPrerelease,
  trySecondRelease,
} from './try-releases.ts';

export interface ReleaseCheckOptions extends TrialRuntimes {
  /** The built workspace whose public packages are tried. */
  readonly workspace: string;
  /** An empty folder outside of any workspace. */
  readonly scratch: string;
  /** The folder in which the registry caches packages. */
  readonly storage: string;
  /** The registry of all other packages; undefined when there are none. */
  readonly uplink?: string | undefined;
}

/**
 * Releases a copy of the workspace's public packages to a local registry and tries each as its users would. Then it
 * makes two more releases and tries to update. Resolves to the contents of the releases.
 */
export async function checkRelease(options: ReleaseCheckOptions, trials: Trials): Promise<ReleaseRecord[]> {
  const { workspace, scratch, storage, uplink, installers, nodes } = options;
  const packages = await publicPackages(workspace);
  const copy = join(scratch, 'workspace');
  const directories = await copyForRelease(workspace, packages, copy);
  const published = packages.map(({ manifest }) => manifest.name);
  await using registry = await startRegistry({ storage, published, uplink });
  const { url } = registry;
  const releases = new Releases(copy, directories, url, scratch);
  const records: ReleaseRecord[] = [];
  const context = { releases, registry: url, node: nodes[0]!, trials, records };
  const consumerIn: NewConsumer = (folder, installer) =>
    new Consumer({ folder: join(scratch, `${folder}-${installer}`), installer, registry: url, scratch });

  if (!(await tryFirstRelease(context))) return records;
  await tryPackages(packages, consumerIn, options, trials);
  if (trials.problems.length > 0) return records;

  const { lowest, middle, highest } = ladder(await releases.packages());
  const users = installers.map((installer) => new ReadmeUser(highest, consumerIn('updated', installer)));
  for (const user of users) {
    const tried = [user.consumer.installer, `${user.name} installed`];
    if (!(await trials.attempt('first release', tried, () => user.install(published)))) return records;
  }
  await trySecondRelease(lowest, users, context);
  await tryPrerelease(middle.manifest.name, users, context);
  return records;
}

type NewConsumer = (folder: string, installer: Installer) => Consumer;

async function tryPackages(
  packages: readonly PublicPackage[],
  consumerIn: NewConsumer,
  runtimes: TrialRuntimes,
  trials: Trials,
): Promise<void> {
  const names = packages.map(({ manifest }) => manifest.name);
  for (const each of packages) {
    const folder = each.manifest.name.replace('/', '-');
    for (const installer of runtimes.installers) {
      await tryAlone(each.manifest, consumerIn(`${folder}-alone`, installer), runtimes.nodes, trials);
      await tryReadme(each, consumerIn(folder, installer), names, runtimes, trials);
    }
  }
}
