import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Whether `changeset version` has anything to do in a workspace, which it fails without: changesets, or a series of prereleases that
 * was left. What such a series has used lies in a folder of its own.
 */
export function pendingChangesets(workspace: string): boolean {
  const folder = join(workspace, '.changeset');
  const series = join(folder, 'pre.json');
  if (existsSync(series) && JSON.parse(readFileSync(series, 'utf8')).mode === 'exit') return true;
  return readdirSync(folder).some((file) => file.endsWith('.md') && file !== 'README.md');
}

if (import.meta.main) console.log(pendingChangesets(fileURLToPath(new URL('../../..', import.meta.url))));
