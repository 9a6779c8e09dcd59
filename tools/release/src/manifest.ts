import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';

/** A file, `null`, or a target for each condition. */
export type Target = string | null | readonly Target[] | { readonly [condition: string]: Target };

/** The fields of a package.json that the checks read. */
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

/** Whether this part of package.json is a map of import paths, rather than the target of one path. */
const isMapOfPaths = (target: Target): target is { readonly [path: string]: Target } =>
  typeof target === 'object' &&
  target !== null &&
  Object.keys(target).some((key) => key.startsWith('.') || key.startsWith('#'));

/** The import paths of a package, relative to its name: `.`, `./contract`. */
export function exportedPaths({ exports = {} }: Manifest): ReadonlyMap<string, Target> {
  return new Map(Object.entries(isMapOfPaths(exports) ? exports : { '.': exports }));
}

/** The import specifiers of a package: its name, and its name with each further path. */
export function importPaths(manifest: Manifest): string[] {
  return [...exportedPaths(manifest)]
    .filter(([, target]) => targetFiles(target).some((file) => /\.[cm]?js$/.test(file)))
    .map(([path]) => posix.join(manifest.name, path));
}

/** The file that importing the package's name runs. */
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

/** All files to which a target may lead. */
export function targetFiles(target: Target): string[] {
  if (target === null) return [];
  return typeof target === 'string' ? [target] : Object.values(target).flatMap(targetFiles);
}
