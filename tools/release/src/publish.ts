import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandOptions } from './command.ts';
import type { Bump } from './expected-versions.ts';
import { commitAll, ownRepository } from './git.ts';
import { pendingChangesets } from './pending-changesets.ts';
import { pnpm } from './pnpm.ts';
import { publicPackages } from './public-packages.ts';

/** A package manager's settings for one registry, and for nothing that the machine's user has set. */
export function registrySettings(url: string): string {
  // A registry that lets anyone publish wants a token all the same: npm refuses to publish without.
  return `registry=${url}\n${url.replace(/^https?:/, '')}:_authToken=anyone\n`;
}

/** A copy of the workspace, from which releases go to one registry. */
export class Releases {
  readonly copy: string;
  readonly #command: CommandOptions;

  /**
   * @param copy what `copyForRelease` made
   * @param url the registry
   * @param scratch a folder for the package managers' caches and settings
   */
  constructor(copy: string, url: string, scratch: string) {
    const settings = join(scratch, 'publish.npmrc');
    writeFileSync(settings, registrySettings(url));
    this.copy = copy;
    this.#command = {
      cwd: copy,
      env: {
        ...ownRepository,
        npm_config_registry: url,
        npm_config_userconfig: settings,
        npm_config_cache: join(scratch, 'publish-cache'),
        npm_config_provenance: 'false',
        ONNXRUNTIME_NODE_INSTALL: 'skip',
      },
    };
  }

  /** Adds a changeset, as a contributor would write it. */
  add(id: string, bumps: Readonly<Record<string, Bump>>, summary: string): void {
    const lines = Object.entries(bumps).map(([name, bump]) => `'${name}': ${bump}`);
    writeFileSync(join(this.copy, '.changeset', `${id}.md`), `---\n${lines.join('\n')}\n---\n\n${summary}\n`);
  }

  changeset(...args: string[]): Promise<string> {
    return pnpm(['exec', 'changeset', ...args], this.#command);
  }

  /** Ends a series of prereleases that the workspace is in, so that what is released here is `latest`. */
  async leavePrereleases(): Promise<void> {
    if (existsSync(join(this.copy, '.changeset', 'pre.json'))) await this.changeset('pre', 'exit');
  }

  /** `changeset version`, then `changeset publish`: one release, of what there is where no changeset waits. Returns each package's version after it. */
  async release(): Promise<Map<string, string>> {
    if (pendingChangesets(this.copy)) {
      await this.changeset('version');
      await commitAll(this.copy, 'Version packages');
    }
    await this.changeset('publish');
    return this.versions();
  }

  async versions(): Promise<Map<string, string>> {
    const packages = await publicPackages(this.copy);
    return new Map(packages.map(({ manifest }) => [manifest.name, manifest.version]));
  }

  /** The lines of a package's changelog under the heading of a version. */
  async changelog(name: string, version: string): Promise<string[]> {
    const found = (await publicPackages(this.copy)).find(({ manifest }) => manifest.name === name);
    if (!found) throw new Error(`Releases.changelog: there is no public package '${name}'`);
    const lines = readFileSync(join(found.directory, 'CHANGELOG.md'), 'utf8').split('\n');
    const start = lines.indexOf(`## ${version}`);
    if (start < 0)
      throw new Error(`Releases.changelog: ${name}'s CHANGELOG.md has no heading '## ${version}'`);
    const end = lines.findIndex((line, i) => i > start && line.startsWith('## '));
    return lines.slice(start + 1, end < 0 ? undefined : end).filter((line) => line.trim() !== '');
  }
}
