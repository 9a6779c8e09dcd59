import { expect, it } from 'vitest';
import { inOrderOfLength } from './in-order-of-length.ts';

it('passes rows of similar length together, and returns what is found in the order of the rows', async () => {
  const passed: (readonly (readonly number[])[])[] = [];
  const sums = await inOrderOfLength([[1, 2, 3], [4], [], [5, 6], [7]], 2, async (rows) => {
    passed.push(rows);
    return rows.map((row) => row.reduce((sum, id) => sum + id, 0));
  });
  expect(passed).toEqual([[[], [4]], [[7], [5, 6]], [[1, 2, 3]]]);
  expect(sums).toEqual([6, 4, 0, 11, 7]);
});
