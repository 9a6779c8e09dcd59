import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readProgram } from './readme-program.ts';
import { typeErrors } from './type-errors.ts';

/**
 * Tests the example of a package's README from a user's view: it type-checks the program under `strict`, runs it with
 * Node on the built packages, and compares the output with the following block.
 *
 * @param testFile `import.meta.url` of a test file in the package's `src`
 */
export function testReadme(testFile: string): void {
  const directory = join(dirname(fileURLToPath(testFile)), '..');
  const file = join(directory, 'readme-example.ts');
  const { program, output } = readProgram(readFileSync(join(directory, 'README.md'), 'utf8'));

  describe('the example of the README', () => {
    beforeAll(() => writeFileSync(file, program));
    afterAll(() => rmSync(file));

    it('type-checks', () => {
      expect(typeErrors([file], directory)).toBe('');
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
