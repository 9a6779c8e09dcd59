import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { PackedPackage } from './packed-package.ts';

const attw = fileURLToPath(new URL('../node_modules/.bin/attw', import.meta.url));

/** Whether TypeScript, in every way that it resolves modules, finds the types of what runs. */
export function typesProblems({ tarball }: PackedPackage): Promise<string[]> {
  return new Promise((resolve) => {
    execFile(attw, [tarball, '--profile', 'esm-only', '--no-color'], (error, stdout, stderr) =>
      resolve(error ? [`attw:\n${stdout}${stderr}`] : []),
    );
  });
}
