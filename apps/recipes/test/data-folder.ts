import { it } from 'vitest';

/** A folder that contains downloaded corpora, each in a folder of its own. */
const folder = process.env.UNROLL_DATA;

/** A test on a whole corpus, which is skipped without the corpora. */
export function itWithData(name: string, test: (folder: string) => Promise<void>): void {
  it(name, async ({ skip }) => {
    if (folder === undefined)
      return skip('the environment variable UNROLL_DATA names no folder with corpora');
    await test(folder);
  });
}
