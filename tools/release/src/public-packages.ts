import { type Manifest, readManifest } from './manifest.ts';
import { pnpm } from './pnpm.ts';

/** A published package of a workspace. */
export interface PublicPackage {
  readonly directory: string;
  readonly manifest: Manifest;
}

/** All published packages of the workspace, by name: all that pnpm lists and that are not private. */
export async function publicPackages(workspace: string): Promise<PublicPackage[]> {
  const listed = await pnpm(['list', '--recursive', '--depth', '-1', '--json'], { cwd: workspace });
  const directories = (JSON.parse(listed) as { path: string }[]).map(({ path }) => path);
  const packages = await Promise.all(
    directories.map(async (directory) => ({ directory, manifest: await readManifest(directory) })),
  );
  return packages
    .filter(({ manifest }) => !manifest.private)
    .sort((a, b) => a.manifest.name.localeCompare(b.manifest.name));
}
