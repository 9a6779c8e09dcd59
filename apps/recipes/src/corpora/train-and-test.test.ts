import { expect, it } from 'vitest';
import { holdOutFifth } from './train-and-test.ts';

it('holds out a fifth, another one for each seed', async () => {
  const records = Array.from({ length: 50 }, (_, i) => i);
  const { train, test } = await holdOutFifth(records, 1);
  expect(test).toHaveLength(10);
  expect([...train, ...test].toSorted((a, b) => a - b)).toEqual(records);
  expect((await holdOutFifth(records, 1)).test).toEqual(test);
  expect((await holdOutFifth(records, 2)).test).not.toEqual(test);
});
