import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Whether `changeset version` has anything to do in a workspace; otherwise it fails. It needs changesets, or a series
 * of prereleases that was left. The used changesets of such a series are in a folder of their own.
 */
export function pendingChangesets(workspace: string): boolean {
  const folder = join(workspace, '.changeset');
  const series = join(folder, 'pre.json');
  if (existsSync(series) && JSON.parse(readFileSync(series, 'utf8')).mode === 'exit') return true;
  return readdirSync(folder).some((file) => file.endsWith('.md') && file !== 'README.md');
}

if (import.meta.main) console.log(pendingChangesets(fileURLToPath(new URL('../../..', import.meta.url))));
