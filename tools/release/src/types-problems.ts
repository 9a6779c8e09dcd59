import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { PackedPackage } from './packed-package.ts';

const attw = fileURLToPath(import.meta.resolve('@arethetypeswrong/cli/package.json')).replace(
  'package.json',
  'dist/index.js',
);

/** Whether TypeScript, in every way that it resolves modules, finds the types of what runs. */
export function typesProblems({ tarball }: PackedPackage): Promise<string[]> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [attw, tarball, '--profile', 'esm-only', '--no-color'],
      (error, stdout, stderr) => resolve(error ? [`attw:\n${stdout}${stderr}`] : []),
    );
  });
}
