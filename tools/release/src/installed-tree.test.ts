import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { installedTree } from './installed-tree.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'installed-tree-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Installs a package as a package manager would. */
function place(directory: string, version: string, dependencies: Record<string, string> = {}): void {
  mkdirSync(join(folder, directory), { recursive: true });
  writeFileSync(join(folder, directory, 'package.json'), JSON.stringify({ version, dependencies }));
}
const found = () => installedTree(folder).map(({ name, version }) => `${name} ${version}`);

it('finds a second copy inside the package that requires it', () => {
  place('', '', { a: '^1.0.0', base: '^2.0.0' });
  place('node_modules/a', '1.0.0', { base: '^1.0.0' });
  place('node_modules/base', '2.0.0');
  place('node_modules/a/node_modules/base', '1.0.0');
  expect(found().sort()).toEqual(['a 1.0.0', 'base 1.0.0', 'base 2.0.0']);
});

it('follows links to a store, and leaves out packages that nothing requires any more', () => {
  const link = (from: string, to: string) => {
    mkdirSync(dirname(join(folder, from)), { recursive: true });
    symlinkSync(join(folder, to), join(folder, from));
  };
  place('', '', { a: '^1.0.0' });
  place('node_modules/.pnpm/a@1.0.0/node_modules/a', '1.0.0', { base: '^2.0.0' });
  place('node_modules/.pnpm/base@1.0.0/node_modules/base', '1.0.0');
  place('node_modules/.pnpm/base@2.0.0/node_modules/base', '2.0.0');
  link('node_modules/a', 'node_modules/.pnpm/a@1.0.0/node_modules/a');
  link('node_modules/.pnpm/a@1.0.0/node_modules/base', 'node_modules/.pnpm/base@2.0.0/node_modules/base');
  expect(found()).toEqual(['a 1.0.0', 'base 2.0.0']);
});
