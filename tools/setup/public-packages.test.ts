import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './repository-files.ts';

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly scripts?: Readonly<Record<string, string>>;
}

const manifests = ['packages', 'apps', 'tools']
  .flatMap((group) => readdirSync(join(root, group)).map((name) => join(root, group, name, 'package.json')))
  .filter((file) => existsSync(file))
  .map((file): Manifest => JSON.parse(readFileSync(file, 'utf8')));
const published = manifests.filter((manifest) => !manifest.private);

describe.each(published)('$name, which is published,', ({ name, scripts }) => {
  it('is named and built like the others', () => {
    expect(name).toMatch(/^@unroll\//);
    expect(scripts?.build).toMatch(/^node \.\.\/\.\.\/tools\/setup\/empty-folders\.mjs dist /);
  });

  it('is checked as it would be published', () => {
    expect(scripts?.package).toBe('node ../../tools/release/src/package-check.ts');
  });
});

it('all packages in the folder packages are published, and no others', () => {
  expect(published).toHaveLength(readdirSync(join(root, 'packages')).length);
  expect(published.length).toBeGreaterThan(0);
});
