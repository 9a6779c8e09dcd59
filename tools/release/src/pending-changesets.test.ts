import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Repository } from '../test/repository.ts';
import { pendingChangesets } from './pending-changesets.ts';

it('changesets are pending when there are some, and when a series of prereleases is left', () => {
  using repository = new Repository();
  const pending = () => pendingChangesets(repository.directory);
  repository.write({ '.changeset/README.md': 'What this folder is for.\n' });
  expect(pending()).toBe(false);
  repository.write({ '.changeset/one.md': '---\n---\n' });
  expect(pending()).toBe(true);
  rmSync(join(repository.directory, '.changeset/one.md'));
  repository.write({ '.changeset/pre.json': { mode: 'pre' } });
  expect(pending()).toBe(false);
  repository.write({ '.changeset/pre.json': { mode: 'exit' } });
  expect(pending()).toBe(true);
});
