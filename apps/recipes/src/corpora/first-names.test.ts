import { expect, it } from 'vitest';
import { labelNames, loadNameLists } from './first-names.ts';

it('labels each name by its list, and separates names of both lists', () => {
  const { labelled, ambiguous } = labelNames(['Ada', 'Kim', 'ADA'], ['Bob', 'kim']);
  expect(labelled).toEqual([
    { name: 'ada', label: 0 },
    { name: 'bob', label: 1 },
  ]);
  expect([...ambiguous]).toEqual(['kim']);
});

it('loads thousands of real names from both lists', () => {
  const { labelled, ambiguous } = loadNameLists();
  for (const label of [0, 1])
    expect(labelled.filter((name) => name.label === label).length).toBeGreaterThan(3000);
  expect(ambiguous.has('evelyn')).toBe(true);
  expect(labelled.some(({ name }) => ambiguous.has(name))).toBe(false);
});
