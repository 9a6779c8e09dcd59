import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A package's files by path. Objects are written as JSON. */
export type PackageFiles = Readonly<Record<string, string | object>>;

export const smallManifest = {
  name: '@fixture/small',
  version: '1.0.0',
  description: 'A package with one function.',
  keywords: ['small'],
  license: 'Apache-2.0',
  type: 'module',
  sideEffects: false,
  files: ['dist'],
  exports: {
    '.': { types: './dist/index.d.ts', default: './dist/index.js' },
    './package.json': './package.json',
  },
  engines: { node: '>=22' },
  publishConfig: { access: 'public' },
};

const source = 'export const twice = (x: number): number => 2 * x;\n';

export const smallMap = {
  version: 3,
  file: 'index.js',
  sources: ['../src/index.ts'],
  sourcesContent: [source],
  names: [],
  mappings: 'AAAA',
};

export const smallReadme = '# small\n\n```ts\nconsole.log(1);\n```\n';

/** A package without problems. */
export const smallPackage: PackageFiles = {
  'package.json': smallManifest,
  'README.md': smallReadme,
  LICENSE: 'Apache License 2.0\n',
  '.size-limit.json': { gzip: { '@fixture/small': 200 } },
  'src/index.ts': source,
  'dist/index.d.ts': 'export declare const twice: (x: number) => number;\n',
  'dist/index.js': 'export const twice = (x) => 2 * x;\n//# sourceMappingURL=index.js.map\n',
  'dist/index.js.map': smallMap,
};

/** Writes a package to its own folder for the duration of `use`. */
export async function withPackage<T>(
  files: PackageFiles,
  use: (directory: string) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'small-package-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      const file = join(directory, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    }
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}
