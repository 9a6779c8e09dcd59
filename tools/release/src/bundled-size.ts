import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import esbuildPlugins from '@size-limit/esbuild';
import filePlugins from '@size-limit/file';
import type { BuildOptions, Metafile } from 'esbuild';
import sizeLimit from 'size-limit';
import type { PackedPackage } from './packed-package.ts';
import type { Budgets } from './size-budgets.ts';

/** The fields of a check that size-limit's plugins read and write. */
interface Check {
  readonly files: readonly string[];
  readonly gzip: true;
  readonly modifyEsbuildConfig: (options: BuildOptions) => BuildOptions;
  readonly size?: number;
  readonly esbuildMetafile?: Metafile;
}

export interface BundledSize {
  readonly gzip: number;
  /** The files in the bundle. */
  readonly modules: readonly string[];
}

/** Bundles all exports of an import path: for browsers with the package's dependencies, for Node without them. */
export async function bundledSize(
  { consumer, manifest }: PackedPackage,
  importPath: string,
  platform: NonNullable<Budgets['platform']>,
): Promise<BundledSize> {
  const entry = join(consumer, `${importPath.replaceAll('/', '-')}.js`);
  await writeFile(entry, `export * from '${importPath}';\n`);
  const external = Object.keys(manifest.peerDependencies ?? {});
  const check: Check = {
    files: [entry],
    gzip: true,
    modifyEsbuildConfig: (options) => ({
      ...options,
      ...(platform === 'node'
        ? { external: [...external, ...Object.keys(manifest.dependencies ?? {})] }
        : { external }),
      platform,
      format: 'esm',
      target: 'es2022',
      logLevel: 'silent',
    }),
  };
  await sizeLimit([...esbuildPlugins, ...filePlugins], { checks: [check] });
  const { size, esbuildMetafile } = check;
  if (size === undefined || !esbuildMetafile) throw new Error(`${importPath}: size-limit measured nothing`);
  return { gzip: size, modules: Object.keys(esbuildMetafile.inputs) };
}
