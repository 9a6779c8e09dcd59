import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from './command.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { pnpm } from './pnpm.ts';

/** A package as it would be published, unpacked so that a program finds it by name. */
export interface PackedPackage extends AsyncDisposable {
  /** The package's folder in the workspace. */
  readonly directory: string;
  /** Its package.json in the workspace, with `workspace:` and `catalog:`. */
  readonly source: Manifest;
  readonly tarball: string;
  /** A folder whose `node_modules` has the unpacked tarball, with its dependencies below it. */
  readonly consumer: string;
  readonly unpacked: string;
  /** The tarball's package.json. */
  readonly manifest: Manifest;
  /** The tarball's files: `dist/index.js`. */
  readonly files: readonly string[];
}

export async function packPackage(directory: string): Promise<PackedPackage> {
  const consumer = await mkdtemp(join(tmpdir(), 'packed-'));
  const remove = () => rm(consumer, { recursive: true });
  try {
    const source = await readManifest(directory);
    const tarball = await pack(directory, join(consumer, 'tarball'));
    const unpacked = join(consumer, 'node_modules', source.name);
    await mkdir(unpacked, { recursive: true });
    await command('tar', ['-xzf', tarball, '--strip-components=1', '-C', unpacked], { cwd: consumer });
    const manifest = await readManifest(unpacked);
    const files = await filesBelow(unpacked);
    await symlink(join(directory, 'node_modules'), join(unpacked, 'node_modules'));
    return {
      directory,
      source,
      tarball,
      consumer,
      unpacked,
      manifest,
      files,
      [Symbol.asyncDispose]: remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Packs with pnpm, as a release does: it replaces `workspace:` and `catalog:` by versions. */
async function pack(directory: string, destination: string): Promise<string> {
  await pnpm(['pack', '--pack-destination', destination], { cwd: directory });
  const [tarball] = await readdir(destination);
  if (!tarball) throw new Error(`${directory}: pnpm pack left no tarball`);
  return join(destination, tarball);
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
