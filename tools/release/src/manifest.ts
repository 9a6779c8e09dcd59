import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A file, `null`, or what stands under each condition. */
export type Target = string | null | readonly Target[] | { readonly [condition: string]: Target };

/** What the checks read of a package.json. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly exports?: Target;
  readonly imports?: { readonly [specifier: string]: Target };
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
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

/** All files that a target may lead to. */
export function targetFiles(target: Target): string[] {
  if (target === null) return [];
  return typeof target === 'string' ? [target] : Object.values(target).flatMap(targetFiles);
}
