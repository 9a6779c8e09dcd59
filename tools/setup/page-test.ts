import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageBlocks } from './page-blocks.ts';
import { typeErrors } from './type-errors.ts';

/**
 * Tests the `ts` blocks of a page: all are type-checked under `strict`, and those that are programs are run by Node on the
 * built packages, their output compared with the block that follows them.
 *
 * @param page the page's file
 * @param folder where its packages are found, in `node_modules`
 */
export function testPage(page: string, folder: string): void {
  const blocks = pageBlocks(readFileSync(page, 'utf8'));
  if (blocks.length === 0) return;
  const programs = join(folder, 'generated', basename(dirname(page)), basename(page, '.md'));
  const fileOf = (line: number) => join(programs, `line-${line}.ts`);

  describe(`the programs of ${basename(page)}`, () => {
    beforeAll(() => {
      mkdirSync(programs, { recursive: true });
      // Whatever a block is, its names are its own.
      for (const { line, code } of blocks) writeFileSync(fileOf(line), `${code}\nexport {};\n`);
    });
    afterAll(() => rmSync(programs, { recursive: true }));

    it('type-check', () => {
      const files = blocks.map(({ line }) => fileOf(line));
      expect(typeErrors(files, folder)).toBe('');
    });

    for (const { line, output } of blocks.filter((block) => block.output !== undefined)) {
      it(`the one of line ${line} prints what the page says`, () => {
        const { stdout, stderr, status } = spawnSync(process.execPath, [fileOf(line)], {
          cwd: programs,
          encoding: 'utf8',
        });
        expect(stdout, stderr).toBe(output);
        expect(status, stderr).toBe(0);
      });
    }
  });
}
