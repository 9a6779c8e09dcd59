import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readManifest } from './manifest.ts';

/** Where a workflow of GitHub runs. */
export interface RepositoryEnvironment {
  readonly GITHUB_SERVER_URL?: string | undefined;
  /** `owner/name` */
  readonly GITHUB_REPOSITORY?: string | undefined;
}

/**
 * Writes into each published package's package.json where its sources are: npm compares that with what signs for a release. Forks
 * publish too, so it is not committed.
 *
 * @returns the packages' names
 */
export async function writeRepository(root: string, env: RepositoryEnvironment): Promise<string[]> {
  for (const name of ['GITHUB_SERVER_URL', 'GITHUB_REPOSITORY'] as const) {
    if (!env[name]) throw new Error(`write-repository: ${name} is not set; a workflow of GitHub sets it`);
  }
  const url = `git+${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}.git`;
  const written: string[] = [];
  for (const folder of (await readdir(join(root, 'packages'))).sort()) {
    const directory = `packages/${folder}`;
    const manifest = await readManifest(join(root, directory));
    if (manifest.private) continue;
    const changed = { ...manifest, repository: { type: 'git', url, directory } };
    await writeFile(join(root, directory, 'package.json'), `${JSON.stringify(changed, undefined, 2)}\n`);
    written.push(manifest.name);
  }
  return written;
}

if (import.meta.main) {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const written = await writeRepository(root, process.env);
  console.log(`repository written for ${written.join(', ')}`);
}
