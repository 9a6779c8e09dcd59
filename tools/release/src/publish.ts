import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandOptions } from './command.ts';
import type { Bump } from './expected-versions.ts';
import { commitAll, ownRepository } from './git.ts';
import { readManifest } from './manifest.ts';
import { pendingChangesets } from './pending-changesets.ts';
import { pnpm } from './pnpm.ts';
import type { PublicPackage } from './public-packages.ts';
import { registryEnvironment } from './registry-environment.ts';

/** A copy of the workspace, from which releases are published to one registry. */
export class Releases {
  readonly copy: string;
  readonly #directories: readonly string[];
  readonly #command: CommandOptions;

  /**
   * @param copy the folder that `copyForRelease` made
   * @param directories the folders of its public packages
   * @param url the registry
   * @param scratch a folder for the package managers' caches and settings
   */
  constructor(copy: string, directories: readonly string[], url: string, scratch: string) {
    this.copy = copy;
    this.#directories = directories;
    const env = { ...ownRepository, ...registryEnvironment(url, scratch), npm_config_provenance: 'false' };
    this.#command = { cwd: copy, env };
  }

  /** Adds a changeset, as a contributor would write it. */
  add(id: string, bumps: Readonly<Record<string, Bump>>, summary: string): void {
    const lines = Object.entries(bumps).map(([name, bump]) => `'${name}': ${bump}`);
    writeFileSync(join(this.copy, '.changeset', `${id}.md`), `---\n${lines.join('\n')}\n---\n\n${summary}\n`);
  }

  changeset(...args: string[]): Promise<string> {
    return pnpm(['exec', 'changeset', ...args], this.#command);
  }

  /** Ends a series of prereleases in the workspace, so that releases here become `latest`. */
  async leavePrereleases(): Promise<void> {
    if (existsSync(join(this.copy, '.changeset', 'pre.json'))) await this.changeset('pre', 'exit');
  }

  /**
   * Makes one release with `changeset version` and `changeset publish`. Without pending changesets it publishes the
   * current versions. Returns each package's version afterwards.
   */
  async release(): Promise<Map<string, string>> {
    if (pendingChangesets(this.copy)) {
      await this.changeset('version');
      await commitAll(this.copy, 'Version packages');
    }
    await this.changeset('publish');
    return this.versions();
  }

  /** The packages in their current state. */
  packages(): Promise<PublicPackage[]> {
    return Promise.all(
      this.#directories.map(async (directory) => ({ directory, manifest: await readManifest(directory) })),
    );
  }

  async versions(): Promise<Map<string, string>> {
    return new Map((await this.packages()).map(({ manifest }) => [manifest.name, manifest.version]));
  }

  /** The lines of a package's changelog under the heading of its version. */
  changelog({ directory, manifest: { name, version } }: PublicPackage): string[] {
    const lines = readFileSync(join(directory, 'CHANGELOG.md'), 'utf8').split('\n');
    const start = lines.indexOf(`## ${version}`);
    if (start < 0)
      throw new Error(`Releases.changelog: ${name}'s CHANGELOG.md has no heading '## ${version}'`);
    const end = lines.findIndex((line, i) => i > start && line.startsWith('## '));
    return lines.slice(start + 1, end < 0 ? undefined : end).filter((line) => line.trim() !== '');
  }
}
