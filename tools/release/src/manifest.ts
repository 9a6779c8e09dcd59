import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';

/** A file, `null`, or what stands under each condition. */
export type Target = string | null | readonly Target[] | { readonly [condition: string]: Target };

/** What the checks read of a package.json. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly files?: readonly string[];
  readonly exports?: Target;
  readonly imports?: { readonly [specifier: string]: Target };
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly publishConfig?: { readonly access?: string };
  readonly [field: string]: unknown;
}

export async function readManifest(directory: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'));
}

/** Whether this part of package.json is a map from import paths, rather than what one path leads to. */
const isMapOfPaths = (target: Target): target is { readonly [path: string]: Target } =>
  typeof target === 'object' &&
  target !== null &&
  Object.keys(target).some((key) => key.startsWith('.') || key.startsWith('#'));

/** What users may import, by the path below the package's name: `.`, `./contract`. */
export function exportedPaths({ exports = {} }: Manifest): ReadonlyMap<string, Target> {
  return new Map(Object.entries(isMapOfPaths(exports) ? exports : { '.': exports }));
}

/** What programs may import of a package that runs: its name, and its name with each further path. */
export function importPaths(manifest: Manifest): string[] {
  return [...exportedPaths(manifest)]
    .filter(([, target]) => targetFiles(target).some((file) => /\.[cm]?js$/.test(file)))
    .map(([path]) => posix.join(manifest.name, path));
}

/** The file that `import` of the package's name runs. */
export function entryFile(manifest: Manifest): string {
  let target = exportedPaths(manifest).get('.') ?? null;
  while (typeof target === 'object' && target !== null) {
    const found: [string, Target] | undefined = Object.entries(target).find(([condition]) =>
      ['node', 'import', 'default'].includes(condition),
    );
    target = found?.[1] ?? null;
  }
  if (target === null) throw new Error(`${manifest.name}: package.json's exports have no file for '.'`);
  return target;
}

/** All files that a target may lead to. */
export function targetFiles(target: Target): string[] {
  if (target === null) return [];
  return typeof target === 'string' ? [target] : Object.values(target).flatMap(targetFiles);
}
