import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { targetFiles } from './manifest.ts';
import type { PackedPackage } from './packed-package.ts';

/**
 * A package's code and types may only import declared packages. Others may happen to be installed, but not for
 * everybody.
 */
export async function importProblems({ manifest, unpacked, files }: PackedPackage): Promise<string[]> {
  const { name, dependencies, peerDependencies, optionalDependencies } = manifest;
  const declared = new Set([
    name,
    ...Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies }),
  ]);
  const imports = [
    ...(await importsOfCode(unpacked, files)),
    ...(await importsOfTypes(unpacked, files)),
    ...Object.values(manifest.imports ?? {}).flatMap((target) =>
      targetFiles(target).map((path) => ({ file: 'package.json', path })),
    ),
  ];
  const undeclared = imports.flatMap(({ file, path }) => {
    if (/^[./#]/.test(path) || isBuiltin(path) || URL.canParse(path)) return [];
    const owner = /^(@[^/]+\/)?[^/]+/.exec(path)![0];
    return declared.has(owner)
      ? []
      : [`${file} imports ${path}, and package.json declares no dependency on ${owner}`];
  });
  return [...new Set(undeclared)];
}

interface Import {
  readonly file: string;
  readonly path: string;
}

async function importsOfCode(unpacked: string, files: readonly string[]): Promise<Import[]> {
  const found: Import[] = [];
  await build({
    entryPoints: files.filter((file) => /\.[cm]?js$/.test(file)),
    absWorkingDir: unpacked,
    outdir: join(unpacked, 'never-written'),
    bundle: true,
    write: false,
    format: 'esm',
    logLevel: 'silent',
    plugins: [
      {
        name: 'notes imports',
        setup({ onResolve }) {
          onResolve({ filter: /.*/ }, ({ kind, path, importer }) => {
            if (kind === 'entry-point') return undefined;
            found.push({ file: importer.slice(unpacked.length + 1), path });
            return { path, external: true };
          });
        },
      },
    ],
  });
  return found;
}

async function importsOfTypes(unpacked: string, files: readonly string[]): Promise<Import[]> {
  const found = files
    .filter((file) => /\.d\.[cm]?ts$/.test(file))
    .map(async (file) => {
      const text = await readFile(join(unpacked, file), 'utf8');
      const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
      const paths = code.matchAll(/(?:\bfrom|\bimport\(|\bimport)\s*(['"])([^'"]+)\1/g);
      return [...paths].map(([, , path]) => ({ file, path: path! }));
    });
  return (await Promise.all(found)).flat();
}
