import { join } from 'node:path';
import { Consumer } from './consumer.ts';
import { publicPackages } from './public-packages.ts';
import { Releases } from './publish.ts';
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
import { Updater } from './updater.ts';

export interface ReleaseCheckOptions extends TrialRuntimes {
  /** The workspace whose public packages are tried, built. */
  readonly workspace: string;
  /** An empty folder outside of any workspace. */
  readonly scratch: string;
  /** Where the registry keeps packages. */
  readonly storage: string;
  /** The registry that other packages come from; none: there are no others. */
  readonly uplink?: string | undefined;
}

/**
 * Releases a copy of the workspace's public packages to a registry of its own, three times, and tries after the first
 * release each package as its users would, and after the others that they can update. Resolves to what the releases brought.
 */
export async function checkRelease(
  { workspace, scratch, storage, uplink, ...runtimes }: ReleaseCheckOptions,
  trials: Trials,
): Promise<ReleaseRecord[]> {
  const { installers, nodes, compilers } = runtimes;
  const packages = await publicPackages(workspace);
  const names = packages.map(({ manifest }) => manifest.name);
  const copy = join(scratch, 'workspace');
  await copyForRelease(workspace, copy);

  await using registry = await startRegistry({ storage, published: names, uplink });
  const releases = new Releases(copy, registry.url, scratch);
  const records: ReleaseRecord[] = [];
  const context = { releases, registry: registry.url, node: nodes[0]!, trials, records };
  if (!(await tryFirstRelease(context))) return records;

  const consumerIn = (folder: string, installer: (typeof installers)[number]) =>
    new Consumer({
      folder: join(scratch, `${folder}-${installer}`),
      installer,
      registry: registry.url,
      scratch,
    });
  for (const each of packages) {
    const folder = each.manifest.name.replace('/', '-');
    for (const installer of installers) {
      await tryAlone(each.manifest, consumerIn(`${folder}-alone`, installer), nodes, trials);
      await tryReadme(each, consumerIn(folder, installer), names, { nodes, compilers }, trials);
    }
  }

  const { lowest, middle, highest } = ladder(await publicPackages(copy));
  const updaters: Updater[] = [];
  for (const installer of installers) {
    const updater = new Updater(highest, consumerIn('updater', installer));
    const installed = await trials.attempt(
      'first release',
      [installer, `${highest.manifest.name} installed`],
      () => updater.install(),
    );
    if (installed) updaters.push(updater);
  }
  await trySecondRelease(lowest, updaters, context);
  await tryPrerelease(middle.manifest.name, updaters, context);
  return records;
}
