import { type Manifest, readManifest } from './manifest.ts';
import { pnpm } from './pnpm.ts';

/** A package of a workspace that is published. */
export interface PublicPackage {
  readonly directory: string;
  readonly manifest: Manifest;
}

/** All packages of the workspace that are published, by name: whatever pnpm finds there that is not private. */
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
