import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Whether .gitignore, whose lines are plain names with `*`, excludes a file or folder of this name. */
function ignoredNames(): (name: string) => boolean {
  const lines = readFileSync(join(root, '.gitignore'), 'utf8').split('\n').filter(Boolean);
  const patterns = lines.map((line) => {
    const name = line.replace(/\/$/, '').replaceAll('.', String.raw`\.`).replaceAll('*', '.*');
    return new RegExp(`^${name}$`);
  });
  return (name) => name === '.git' || patterns.some((pattern) => pattern.test(name));
}

/** The repository's files as paths from the root, without those that .gitignore excludes. */
export function repositoryFiles(): string[] {
  const isIgnored = ignoredNames();
  const filesIn = (folder: string): string[] =>
    readdirSync(join(root, folder), { withFileTypes: true })
      .filter(({ name }) => !isIgnored(name))
      .flatMap((entry) => {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (entry.isDirectory()) return filesIn(path);
        return entry.isFile() ? [path] : [];
      });
  return filesIn('');
}
