import { describe, expect, it } from 'vitest';
import {
  type PackageFiles,
  smallManifest,
  smallMap,
  smallPackage,
  smallReadme,
  withPackage,
} from '../test/small-package.ts';
import { packageProblems } from './package-check.ts';
import { checkSizes } from './package-sizes.ts';
import { packPackage } from './packed-package.ts';

const problemsOf = (changed: PackageFiles) =>
  withPackage({ ...smallPackage, ...changed }, (directory) => packageProblems(directory));
const withManifest = (changed: object) => ({ 'package.json': { ...smallManifest, ...changed } });
const withReadme = (markdown: string) => ({ 'README.md': `${smallReadme}\n${markdown}\n` });

/** In two parts, so that tools do not take it for this file's own comment. */
const mapComment = '//# source'.concat('MappingURL=');
const otherExport = (file: string) => ({
  ...smallManifest.exports,
  './other': { types: './dist/index.d.ts', default: file },
});

it('a sound package has no problems', async () => {
  expect(await problemsOf({})).toEqual([]);
});

const faults: Readonly<Record<string, readonly [PackageFiles, string, ...string[]]>> = {
  'a file that package.json leaves out': [
    withManifest({ files: ['dist/*.d.ts', 'dist/*.map'] }),
    "package.json's exports['.'] leads to ./dist/index.js, which the tarball lacks",
  ],
  'an export of a file that is nowhere': [
    withManifest({ exports: otherExport('./dist/other.js') }),
    "package.json's exports['./other'] leads to ./dist/other.js, which the tarball lacks",
    'publint: pkg.exports["./other"].default is ./dist/other.js but the file does not exist.',
  ],
  'a pattern of exports that no file has': [
    withManifest({ exports: { ...smallManifest.exports, './parts/*': './dist/parts/*.js' } }),
    "package.json's exports['./parts/*'] leads to ./dist/parts/*.js, which the tarball lacks",
  ],
  'an import of its own that is nowhere': [
    withManifest({ imports: { '#threads': { node: './dist/threads.node.js', default: './dist/index.js' } } }),
    "package.json's imports['#threads'] leads to ./dist/threads.node.js, which the tarball lacks",
  ],
  'code of another kind than its types': [
    {
      ...withManifest({ type: 'commonjs' }),
      'dist/index.d.ts': 'export declare const twice: (x: number) => number;\n',
    },
    'publint: ',
  ],
  'types of another kind than their code': [
    {
      ...withManifest({
        exports: {
          ...smallManifest.exports,
          '.': { types: './dist/index.d.cts', default: './dist/index.js' },
        },
      }),
      'dist/index.d.cts': 'export declare const twice: (x: number) => number;\n',
    },
    'Masquerading as CJS',
  ],
  'code without types': [
    {
      ...withManifest({ exports: { ...smallManifest.exports, './other': './dist/other.js' } }),
      'dist/other.js': 'export {};\n',
    },
    'attw:',
    'No types',
  ],
  'a map without its sources': [
    { 'dist/index.js.map': { ...smallMap, sourcesContent: undefined } },
    'dist/index.js.map lacks the text of ../src/index.ts (sourcesContent): set "inlineSources" in tsconfig.build.json',
  ],
  'a map that is not published': [
    withManifest({ files: ['dist/*.js', 'dist/*.d.ts'] }),
    'dist/index.js points at a source map index.js.map, which the tarball lacks',
  ],
  'a map in its file, without its sources': [
    {
      'dist/index.js': `export const twice = (x) => 2 * x;\n${mapComment}data:application/json;base64,${btoa(
        JSON.stringify({ version: 3, sources: ['a.ts'], mappings: '' }),
      )}\n`,
    },
    "dist/index.js's own source map lacks the text of a.ts",
  ],
  'a file of a former build': [
    {
      'dist/old.js': `${mapComment}old.js.map\n`,
      'dist/old.js.map': { ...smallMap, sources: ['../src/old.ts'] },
    },
    'dist/old.js.map is a map of ../src/old.ts, which is not there: it is left of a former build; build again',
  ],
  'a script that installs run': [
    withManifest({ scripts: { postinstall: 'node dist/index.js' } }),
    "package.json has a script 'postinstall', which users' installs would run",
  ],
  'a script that installs from git run': [
    withManifest({ scripts: { prepare: 'node dist/index.js' } }),
    "package.json has a script 'prepare', which users' installs would run",
  ],
  'a build of native code': [
    { ...withManifest({ files: ['dist', 'binding.gyp'] }), 'binding.gyp': '{}' },
    "the tarball carries binding.gyp, which users' installs would build",
  ],
  'one version of another package': [
    withManifest({ dependencies: { '@fixture/other': 'workspace:1.0.0' } }),
    "package.json's dependencies ask for @fixture/other by 'workspace:1.0.0'; write 'workspace:^'",
  ],
  'tests in the tarball': [
    { 'dist/index.test.js': 'export {};\n' },
    'the tarball carries dist/index.test.js',
  ],
  'a link to a sibling folder': [
    withReadme('See [the other](../other).'),
    'README.md leads to ../other, which is not there outside of the repository; expected https, a heading here or a file of the tarball',
  ],
  'a link by reference to a source': [
    withReadme('See [the source].\n\n[the source]: src/index.ts'),
    'README.md leads to src/index.ts, which is not there',
  ],
  'an image of the repository': [
    withReadme('![a picture](docs/picture.png)'),
    'README.md leads to docs/picture.png',
  ],
  'a link to a heading that is not there': [
    withReadme('See [below](#options).'),
    'README.md leads to #options',
  ],
  'a link without encryption': [withReadme('<http://example.com>'), 'README.md leads to http://example.com'],
  'a link in HTML': [
    withReadme('<a href="../other">the other</a>'),
    'README.md has <a href="../other">; write links and images in Markdown, which is checked',
  ],
  'a README without a program': [{ 'README.md': '# small\n' }, 'README.md has no example in a ts block'],
  'more bytes than the budget': [
    { '.size-limit.json': { gzip: { '@fixture/small': 1 } } },
    'its budget in .size-limit.json is 1: make it smaller, or raise the budget and say why',
  ],
  'an import path without a budget': [
    { ...withManifest({ exports: otherExport('./dist/index.js') }) },
    'and has no budget: write "@fixture/small/other": 100 under "gzip" in .size-limit.json beside package.json',
  ],
  'a budget of nothing': [
    { '.size-limit.json': { gzip: { '@fixture/small': 200, '@fixture/small/gone': 200 } } },
    '.size-limit.json has a budget for @fixture/small/gone, which package.json does not export',
  ],
  'an import that is not declared': [
    { 'dist/index.js': "export { two } from '@fixture/other/part';\n" },
    'dist/index.js imports @fixture/other/part, and package.json declares no dependency on @fixture/other',
  ],
  'a type of a package that is not declared': [
    { 'dist/index.d.ts': "/** As `from 'prose'` */\nexport declare const twice: import('other').Twice;\n" },
    'dist/index.d.ts imports other, and package.json declares no dependency on other',
  ],
  'an import of its own that leads to a package that is not declared': [
    withManifest({ imports: { '#part': { node: 'other/node', default: './dist/index.js' } } }),
    'package.json imports other/node, and package.json declares no dependency on other',
  ],
  'what is not built': [
    { 'package.json': { ...smallManifest, exports: './dist/later.js' } },
    'there is no ./dist/later.js, which exports name: build first (pnpm build)',
  ],
  "a part of Node's in a package for browsers": [
    { 'dist/index.js': "export { readFile } from 'node:fs';\n" },
    'it cannot be bundled (.size-limit.json says "platform": "node" where a package is not for browsers)',
  ],
  "Node's file for browsers as well": [
    {
      ...withManifest({
        imports: {
          '#part': { node: './dist/part.js', browser: './dist/part.js', default: './dist/part.js' },
        },
      }),
      'dist/part.js': 'export const twice = (x) => 2 * x;\n',
      'dist/index.js': "export * from '#part';\n",
    },
    "@fixture/small brings ./dist/part.js into browsers: imports['#part'] has no other file for them",
  ],
};

describe('a problem is reported for', () => {
  it.each(Object.entries(faults))('%s', async (_, [changed, ...words]) => {
    const problems = await problemsOf(changed);
    for (const each of words) expect(problems.join('\n')).toContain(each);
  });

  it.each(['README.md', 'LICENSE'])('a tarball without %s', async (file) => {
    const { [file]: _, ...rest } = smallPackage;
    expect(await withPackage(rest, packageProblems)).toContain(`the tarball lacks ${file}`);
  });

  it.each(['description', 'license', 'files', 'exports', 'engines', 'keywords'])(
    'a package.json without %s',
    async (field) => {
      expect(await problemsOf(withManifest({ [field]: undefined }))).toContain(
        `package.json has no ${field}`,
      );
    },
  );
});

it('links that work anywhere are accepted: https, a heading, a file of the tarball', async () => {
  const markdown =
    '## The `twice` function\n\n[a](https://example.com) [b](#the-twice-function) [c](dist/index.js) [d](LICENSE)';
  expect(await problemsOf(withReadme(markdown))).toEqual([]);
});

it('a size covers all exports of an import path, minified and gzipped, without peers', async () => {
  const big = `export const words = '${Array.from({ length: 2000 }, (_, i) => i).join(' ')}';\n`;
  const files: PackageFiles = {
    ...smallPackage,
    ...withManifest({ peerDependencies: { peer: '1' }, exports: otherExport('./dist/other.js') }),
    'dist/other.js': big,
    'dist/index.js':
      "import { value } from 'peer';\nexport const twice = () => 2 * value; // A comment that is left out.\n",
  };
  const rows = await withPackage(files, async (directory) => {
    await using packed = await packPackage(directory);
    return (await checkSizes(packed)).sizes;
  });
  expect(rows.map(({ importPath, budget }) => [importPath, budget])).toEqual([
    ['@fixture/small', 200],
    ['@fixture/small/other', undefined],
  ]);
  expect(rows[0]!.gzip).toBeLessThan(50);
  expect(rows[1]!.gzip).toBeGreaterThan(1000);
  expect(rows[1]!.gzip).toBeLessThan(big.length);
});
