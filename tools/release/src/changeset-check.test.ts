import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Repository } from '../test/repository.ts';
import { changesetReport } from './changeset-check.ts';

const manifest = (name: string, changed: object = {}) => ({
  name: `@fixture/${name}`,
  version: '1.0.0',
  scripts: { test: 'vitest run' },
  devDependencies: { vitest: '5.0.0' },
  ...changed,
});
const changeset = (...names: string[]) =>
  `---\n${names.map((name) => `'@fixture/${name}': patch\n`).join('')}---\n\nIt counts from 1.\n`;

let repository: Repository;
beforeEach(() => {
  repository = new Repository();
  for (const name of ['one', 'two']) {
    repository.write({
      [`packages/${name}/package.json`]: manifest(name),
      [`packages/${name}/src/index.ts`]: 'export const first = 0;\n',
    });
  }
  repository.write({ 'packages/tool/package.json': manifest('tool', { private: true }) });
  repository.commit('Add packages');
});
afterEach(() => repository[Symbol.dispose]());

/** The report on a branch with one commit of these files. */
function reportOn(files: Readonly<Record<string, string | object>>, env = {}) {
  repository.git('switch', '--quiet', '--create', 'work');
  repository.write(files);
  repository.commit('Work');
  return changesetReport(repository.directory, env);
}

const change = { 'packages/one/src/index.ts': 'export const first = 1;\n' };

it('a changed package without a changeset is named, and the report says how to add one', async () => {
  expect(await reportOn(change)).toEqual({
    right: false,
    words: [
      'Changed since main without a changeset: @fixture/one.',
      'Run `pnpm changeset`, pick the packages and the kind of change, write a line for the changelog, and commit the file that it makes.',
      'Where users see nothing of the change, `pnpm changeset --empty` says so, for the whole branch.',
    ].join('\n'),
  });
});

it('a changed package with a changeset passes', async () => {
  const { right, words } = await reportOn({ ...change, '.changeset/count.md': changeset('one') });
  expect(words).toBe('Changesets: every change since main has one.');
  expect(right).toBe(true);
});

it('a changeset for another package does not count', async () => {
  const { right, words } = await reportOn({ ...change, '.changeset/count.md': changeset('two') });
  expect(right).toBe(false);
  expect(words).toContain('without a changeset: @fixture/one.');
});

it('an older changeset does not count for this change, unless it was edited', async () => {
  repository.write({ '.changeset/count.md': changeset('one') });
  repository.commit('Say what changed before');
  expect((await reportOn(change)).right).toBe(false);
  repository.write({ '.changeset/count.md': `${changeset('one')}And so on.\n` });
  repository.commit('Say what changed now');
  expect((await changesetReport(repository.directory, {})).right).toBe(true);
});

it('an empty changeset means that users see no change', async () => {
  const { right, words } = await reportOn({ ...change, '.changeset/none.md': '---\n---\n' });
  expect(words).toContain(
    '.changeset/none.md says that users see nothing of this branch, so none is asked for @fixture/one',
  );
  expect(right).toBe(true);
});

it('uncommitted changes are ignored, and the report says so', async () => {
  repository.write(change);
  const { words } = await changesetReport(repository.directory, {});
  expect(words).toBe(
    'Changesets: nothing is ahead of another branch here. What is not committed was not looked at.',
  );
});

describe('users do not see changes of', () => {
  it.each<[string, Record<string, string | object>]>([
    ['a test', { 'packages/one/src/index.test.ts': 'test();\n' }],
    ['what tests share', { 'packages/one/test/cases.ts': 'export {};\n' }],
    ['a budget', { 'packages/one/.size-limit.json': { gzip: {} } }],
    ['settings', { 'packages/one/vitest.config.ts': 'export {};\n' }],
    [
      'a development dependency or a script',
      { 'packages/one/package.json': manifest('one', { devDependencies: {}, scripts: { test: 'true' } }) },
    ],
    ['a package that is not published', { 'packages/tool/src/index.ts': 'export {};\n' }],
  ])('%s', async (_, files) => {
    expect((await reportOn(files)).right).toBe(true);
  });
});

describe('users see changes of', () => {
  it.each<[string, Record<string, string | object>]>([
    ['a source', { 'packages/one/src/deep/part.ts': 'export {};\n' }],
    ['assembly', { 'packages/one/assembly/kernel.ts': 'export {};\n' }],
    ['a README', { 'packages/one/README.md': '# one\n' }],
    [
      'a dependency',
      { 'packages/one/package.json': manifest('one', { dependencies: { marked: '18.0.0' } }) },
    ],
    ['a new package', { 'packages/three/package.json': manifest('three') }],
  ])('%s', async (_, files) => {
    expect((await reportOn(files)).right).toBe(false);
  });
});

it('a new version has used up its changesets', async () => {
  const files = { 'packages/one/package.json': manifest('one', { version: '1.0.1' }) };
  expect((await reportOn({ ...change, ...files })).right).toBe(true);
});

describe('the check compares', () => {
  /** Creates a remote branch, as if it had been fetched. */
  const fetched = (branch: string, commit: string) =>
    repository.git('update-ref', `refs/remotes/origin/${branch}`, commit);

  it('nothing on main itself', async () => {
    expect(await changesetReport(repository.directory, {})).toEqual({
      right: true,
      words: 'Changesets: nothing is ahead of another branch here.',
    });
  });

  it('main with the remote main', async () => {
    fetched('main', 'HEAD');
    repository.write(change);
    repository.commit('Work on main');
    const { right, words } = await changesetReport(repository.directory, {});
    expect(right).toBe(false);
    expect(words).toContain('since origin/main');
  });

  it("a pull request with its target branch, from GitHub's merge of both", async () => {
    repository.git('branch', 'release');
    await reportOn(change);
    repository.git('switch', '--quiet', 'release');
    repository.write({ 'packages/two/src/index.ts': 'export const first = 2;\n' });
    repository.commit('Work of others');
    fetched('release', 'HEAD');
    repository.git('switch', '--quiet', '--detach');
    repository.git('merge', '--quiet', '--no-edit', 'work');
    const { words } = await changesetReport(repository.directory, { GITHUB_BASE_REF: 'release' });
    expect(words).toContain('Changed since origin/release without a changeset: @fixture/one.');
  });

  it('nothing and throws when the base was not fetched', async () => {
    await expect(reportOn(change, { GITHUB_BASE_REF: 'main' })).rejects.toThrow(
      "changesets: this has no commit in common with 'origin/main'; fetch it with its history (in a workflow, actions/checkout with fetch-depth: 0)",
    );
  });
});
