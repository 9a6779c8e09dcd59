import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Manifest } from './manifest.ts';

/** A package in a folder's tree. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  readonly directory: string;
}

const manifestOf = (directory: string): Partial<Manifest> =>
  JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));

/** The folder in which Node finds a package: in the nearest `node_modules` above that contains it. */
function find(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
    if (folder === dirname(folder)) return undefined;
  }
}

/**
 * All packages that a program in the folder can reach through its dependencies and theirs. Remains of earlier installs
 * are not included.
 */
export function installedTree(folder: string): InstalledPackage[] {
  const { dependencies, devDependencies } = manifestOf(folder);
  const reached = new Map<string, InstalledPackage>();
  const visit = (names: string[], from: string): void => {
    for (const name of names) {
      const directory = find(name, from);
      if (!directory || reached.has(directory)) continue;
      const manifest = manifestOf(directory);
      reached.set(directory, { name, version: manifest.version ?? '', directory });
      const { dependencies, peerDependencies, optionalDependencies } = manifest;
      visit(Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies }), directory);
    }
  };
  visit(Object.keys({ ...dependencies, ...devDependencies }), realpathSync(folder));
  return [...reached.values()];
}
