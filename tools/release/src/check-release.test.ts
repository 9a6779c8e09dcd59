import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Files,
  packageFiles,
  type SmallPackage,
  smallFiles,
  smallWorkspace,
} from '../test/small-workspace.ts';
import { checkRelease } from './check-release.ts';
import { pnpm } from './pnpm.ts';
import { thisCompiler, thisNode } from './runtimes.ts';
import { type TrialRuntimes, Trials } from './trials.ts';

const node = { ...thisNode(), name: 'Node' };
const compiler = { ...thisCompiler(), name: 'TypeScript' };

interface CheckOptions extends Partial<TrialRuntimes> {
  /** Prepares the workspace before the check. */
  readonly prepare?: (folder: string) => Promise<void>;
}

/** Checks a workspace whose packages have no external dependencies, without an uplink registry. */
async function check(files: Files, { prepare, ...runtimes }: CheckOptions = {}) {
  using workspace = smallWorkspace(files);
  await prepare?.(workspace.folder);
  const trials = new Trials();
  const records = await checkRelease(
    {
      workspace: workspace.folder,
      scratch: workspace.scratch,
      storage: join(workspace.scratch, 'registry'),
      installers: ['npm', 'pnpm'],
      nodes: [node],
      compilers: [compiler],
      ...runtimes,
    },
    trials,
  );
  return { trials, records };
}

it('passes sound packages through three releases, which raise dependents and write changelogs', async () => {
  const { trials, records } = await check(smallFiles());
  expect(trials.problems).toEqual([]);
  expect(
    records.map(({ title, changes }) => [title, changes.map(({ name, version }) => `${name} ${version}`)]),
  ).toEqual([
    ['first release', ['@small/base 0.1.0', '@small/sum 0.1.0']],
    ['second release', ['@small/base 0.2.0', '@small/sum 0.1.1']],
    ['prerelease', ['@small/base 0.2.1-next.0', '@small/sum 0.1.2-next.0']],
    ['release after it', ['@small/base 0.2.1', '@small/sum 0.1.2']],
  ]);
  expect(records[1]!.changes[1]!.changelog).toContain('  - @small/base@0.2.0');
});

it('passes packages that are in a series of prereleases, and leaves the series', async () => {
  const { trials, records } = await check(smallFiles(), {
    installers: ['npm'],
    compilers: [],
    prepare: async (folder) => {
      await pnpm(['install', '--offline'], { cwd: folder });
      for (const args of [['pre', 'enter', 'next'], ['version']]) {
        await pnpm(['exec', 'changeset', ...args], { cwd: folder });
      }
    },
  });
  expect(trials.problems).toEqual([]);
  expect(records[0]!.changes.map(({ name, version }) => `${name} ${version}`)).toEqual([
    '@small/base 0.1.0',
    '@small/sum 0.1.0',
  ]);
});

it('passes packages past 1.0 without a changeset, which are released unchanged', async () => {
  const { '.changeset/first.md': _, ...settled } = smallFiles();
  const raised = Object.entries(settled).map(([path, text]) => [path, text.replace('"0.0.0"', '"1.0.0"')]);
  const files: Files = Object.fromEntries(raised);
  const { trials, records } = await check(files, { installers: ['npm'], compilers: [] });
  expect(trials.problems).toEqual([]);
  expect(records[0]!.changes).toEqual([]);
  expect(records[1]!.changes.map(({ name, version }) => `${name} ${version}`)).toEqual([
    '@small/base 2.0.0',
    '@small/sum 1.0.1',
  ]);
});

describe('a broken package among others', () => {
  const sound = (name: string): SmallPackage => ({
    name: `@small/${name}`,
    code: 'export const two = 2;\n',
    types: 'export declare const two: number;\n',
    program: `import { two } from '@small/${name}';\n\nconsole.log(two);\n`,
    output: '2\n',
  });
  const broken: SmallPackage[] = [
    { ...sound('undeclared'), code: "import { one } from '@small/base';\nexport const two = one + 1;\n" },
    { ...sound('mistyped'), types: 'export declare const two: Missing;\n' },
    { ...sound('lacking'), code: "export { two } from './two.js';\n" },
    {
      ...sound('misnamed'),
      manifest: { exports: { '.': { types: './dist/index.d.ts', default: './dist/main.js' } } },
    },
    {
      ...sound('double'),
      manifest: {
        exports: { '.': { types: './dist/index.d.ts', require: './other.cjs', default: './dist/index.js' } },
      },
    },
    { ...sound('untrue'), output: '3\n' },
    sound('uninstalled'),
    sound('unwritten'),
    { ...sound('exact'), dependencies: { '@small/base': 'workspace:*' } },
  ];
  let problems: string[];
  beforeAll(async () => {
    const files: Files = Object.assign(smallFiles(), ...broken.map(packageFiles));
    files['packages/double/other.cjs'] = 'exports.three = 3;\n';
    files['packages/double/package.json'] = files['packages/double/package.json']!.replace(
      '["dist"]',
      '["dist","other.cjs"]',
    );
    const readme = files['packages/uninstalled/README.md']!;
    files['packages/uninstalled/README.md'] = readme.replace('npm install', 'npm test');
    files['packages/unwritten/README.md'] = 'Nothing yet.\n';
    problems = (await check(files)).trials.problems;
  });

  it.each([
    [
      'undeclared',
      'it imports what it does not declare',
      'Node, import alone',
      "Cannot find package '@small/base'",
    ],
    ['mistyped', 'its types have an error', 'TypeScript, as Node', "Cannot find name 'Missing'"],
    ['lacking', 'a file that it imports is not there', 'Node, import alone', 'two.js'],
    ['misnamed', 'its exports name a file that is not there', 'Node, require alone', 'main.js'],
    [
      'double',
      'require gives something else than import',
      'Node, require alone',
      'require gives [["three"]]',
    ],
    ['untrue', 'its README prints something else', 'Node, import', 'printed\n2\ninstead of\n3\n'],
    [
      'uninstalled',
      'its README says of no install',
      'installed as its README says',
      'has no line `npm install …`',
    ],
    ['unwritten', 'its README has no program', 'installed as its README says', 'no ts block'],
  ])('is caught with npm and pnpm: %s, where %s', (name, _, tried, words) => {
    for (const installer of ['npm', 'pnpm']) {
      const begin = `@small/${name} (${installer}, ${tried}): `;
      const problem = problems.find((each) => each.startsWith(begin));
      expect(problem, problems.join('\n')).toContain(words);
    }
  });

  it('is caught when it requires one exact version, which could lead to two copies', () => {
    const words = '@small/exact@0.0.1 asks for @small/base@0.1.0; expected a range, such as ^0.1.0';
    expect(problems).toContainEqual(`first release (the registry): ${words}`);
  });

  it('causes no problem in the others', () => {
    expect(problems.filter((problem) => /^@small\/(base|sum) /.test(problem))).toEqual([]);
  });
});
