import { expect, it } from 'vitest';
import { inFull, partOf } from './short-form.ts';

it.skipIf(inFull)('has each case in one part, and in each part some of each kind', () => {
  const names = ['a', 'b', 'c', 'd'].flatMap((kind) => Array.from({ length: 50 }, (_, i) => `${kind} ${i}`));
  const all = [0, 1, 2, 3].map((part) => partOf(names, (name) => name, { parts: 4, part }));
  expect(all.flat().toSorted()).toEqual(names.toSorted());
  for (const part of all) {
    for (const kind of ['a', 'b', 'c', 'd']) {
      expect(part.filter((name) => name.startsWith(kind)).length).toBeGreaterThan(4);
    }
  }
});
