import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from './command.ts';

/** What the checks read of a package.json. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly files?: readonly string[];
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** A package of a workspace that is published. */
export interface PublicPackage {
  readonly directory: string;
  readonly manifest: Manifest;
}

export function readManifest(directory: string): Manifest {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Manifest;
}

/** All packages of the workspace that are published, by name: whatever pnpm finds there that is not private. */
export async function publicPackages(workspace: string): Promise<PublicPackage[]> {
  const args = ['list', '--recursive', '--depth', '-1', '--json'];
  const listed = JSON.parse(await command('pnpm', args, { cwd: workspace })) as { path: string }[];
  return listed
    .map(({ path }) => ({ directory: path, manifest: readManifest(path) }))
    .filter(({ manifest }) => !manifest.private)
    .sort((a, b) => a.manifest.name.localeCompare(b.manifest.name));
}

/** What a program may import of a package: its name, and its name with a subpath for each further entry of `exports`. */
export function importPaths({ name, exports }: Manifest): string[] {
  return Object.keys(exports ?? { '.': '' })
    .filter((entry) => entry !== './package.json')
    .map((entry) => name + entry.slice(1));
}

/** The file that `import` of the package's name runs. */
export function entryFile(name: string, exports: Manifest['exports']): string {
  let target = exports?.['.'];
  while (target && typeof target === 'object') {
    const { import: module, default: otherwise } = target as { import?: unknown; default?: unknown };
    target = module ?? otherwise;
  }
  if (typeof target !== 'string') throw new Error(`${name}: package.json's exports have no file for '.'`);
  return target;
}
