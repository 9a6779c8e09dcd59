import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readManifest } from './manifest.ts';
import { writeRepository } from './write-repository.ts';

const manifests = {
  one: { name: '@fixture/one', version: '1.0.0' },
  tool: { name: '@fixture/tool', version: '1.0.0', private: true },
};
const env = { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'owner/name' };

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'workspace-'));
  writeFileSync(join(root, 'package.json'), '{ "private": true }');
  writeFileSync(join(root, 'pnpm-workspace.yaml'), 'packages:\n  - packages/*\n');
  for (const [folder, manifest] of Object.entries(manifests)) {
    mkdirSync(join(root, 'packages', folder), { recursive: true });
    writeFileSync(join(root, 'packages', folder, 'package.json'), JSON.stringify(manifest));
  }
});
afterEach(() => rmSync(root, { recursive: true }));

it('a published package gets its repository and folder, and is otherwise unchanged', async () => {
  expect(await writeRepository(root, env)).toEqual(['@fixture/one']);
  expect(await readManifest(join(root, 'packages/one'))).toEqual({
    ...manifests.one,
    repository: { type: 'git', url: 'git+https://github.com/owner/name.git', directory: 'packages/one' },
  });
  expect(await readManifest(join(root, 'packages/tool'))).toEqual(manifests.tool);
});

it('nothing is written outside of a workflow', async () => {
  await expect(writeRepository(root, { ...env, GITHUB_REPOSITORY: undefined })).rejects.toThrow(
    'write-repository: GITHUB_REPOSITORY is not set; a workflow of GitHub sets it',
  );
  expect(await readManifest(join(root, 'packages/one'))).toEqual(manifests.one);
});
