import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publicPackages } from './public-packages.ts';

/** The environment of a GitHub workflow. */
export interface RepositoryEnvironment {
  readonly GITHUB_SERVER_URL?: string | undefined;
  /** `owner/name` */
  readonly GITHUB_REPOSITORY?: string | undefined;
}

/**
 * Writes the repository and folder of each published package into its package.json: npm compares these with the signer
 * of a release. They are not committed, because forks publish too.
 *
 * @returns the packages' names
 */
export async function writeRepository(root: string, env: RepositoryEnvironment): Promise<string[]> {
  for (const name of ['GITHUB_SERVER_URL', 'GITHUB_REPOSITORY'] as const) {
    if (!env[name]) throw new Error(`write-repository: ${name} is not set; a workflow of GitHub sets it`);
  }
  const url = `git+${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}.git`;
  const written: string[] = [];
  for (const { directory, manifest } of await publicPackages(root)) {
    const repository = { type: 'git', url, directory: relative(root, directory) };
    const changed = { ...manifest, repository };
    await writeFile(join(directory, 'package.json'), `${JSON.stringify(changed, undefined, 2)}\n`);
    written.push(manifest.name);
  }
  return written;
}

if (import.meta.main) {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const written = await writeRepository(root, process.env);
  console.log(`repository written for ${written.join(', ')}`);
}
