import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The README's first program and what it says that the program prints. */
export function readExample(markdown: string): { program: string; output: string } {
  const program = /```ts\n(.*?)```/s.exec(markdown);
  if (!program) throw new Error('readExample: markdown has no ts block');
  const output = /```text\n(.*?)```/s.exec(markdown.slice(program.index + program[0].length));
  if (!output) throw new Error('readExample: markdown has no text block with the output after its ts block');
  return { program: program[1]!, output: output[1]! };
}

const compilerOptions = [
  '--ignoreConfig',
  '--noEmit',
  '--strict',
  '--target',
  'es2022',
  '--lib',
  'es2023,esnext.disposable,dom',
  '--module',
  'nodenext',
  '--skipLibCheck',
  '--types',
  'node',
];

/**
 * Tests the example of a package's README as its user would meet it: type-checked under `strict`, run by Node on the built
 * packages, its output compared with the block that follows it.
 *
 * @param testFile `import.meta.url` of a test file in the package's `src`
 */
export function testReadme(testFile: string): void {
  const directory = join(dirname(fileURLToPath(testFile)), '..');
  const file = join(directory, 'readme-example.ts');
  const { program, output } = readExample(readFileSync(join(directory, 'README.md'), 'utf8'));

  describe('the example of the README', () => {
    beforeAll(() => writeFileSync(file, program));
    afterAll(() => rmSync(file));

    it('type-checks', () => {
      const compiler = fileURLToPath(new URL('node_modules/.bin/tsc', import.meta.url));
      const { stdout } = spawnSync(compiler, [...compilerOptions, file], {
        cwd: directory,
        encoding: 'utf8',
      });
      expect(stdout).toBe('');
    });

    it('prints what the README says', () => {
      const { stdout, stderr, status } = spawnSync(process.execPath, [file], {
        cwd: directory,
        encoding: 'utf8',
      });
      expect(stdout, stderr).toBe(output);
      expect(status, stderr).toBe(0);
    });
  });
}
