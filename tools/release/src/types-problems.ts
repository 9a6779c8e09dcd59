import { fileURLToPath } from 'node:url';
import { tryCommand } from './command.ts';
import type { PackedPackage } from './packed-package.ts';

const attw = fileURLToPath(import.meta.resolve('@arethetypeswrong/cli/package.json')).replace(
  'package.json',
  'dist/index.js',
);

/**
 * Checks that TypeScript finds the types of the executed files, with module resolution like Node or like bundlers.
 * `require` may get ES modules: the required versions of Node support that.
 */
export async function typesProblems({ tarball, consumer }: PackedPackage): Promise<string[]> {
  const rules = ['--profile', 'node16', '--ignore-rules', 'cjs-resolves-to-esm'];
  const args = [attw, tarball, ...rules, '--no-color'];
  const { code, stdout, stderr } = await tryCommand(process.execPath, args, { cwd: consumer });
  return code === 0 ? [] : [`attw:\n${stdout}${stderr}`];
}
