import { inFull } from '@unroll-tools/setup/short-form';
import { expect, it } from 'vitest';
import { readFixtures, shortList } from './fixture.ts';

interface Listed {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}

it.each(['recurrent.json', 'optimizers.json', 'plain-optimizers.json'])(
  'the short list of %s has each value of each option',
  (file) => {
    const cases = readFixtures<Listed>(file);
    const short = shortList(cases, 4);
    if (!inFull) expect(short.length).toBeLessThan(cases.length / 2);
    const keys = new Set(cases.flatMap(({ options }) => Object.keys(options)));
    for (const key of keys) {
      const values = (list: readonly Listed[]) =>
        new Set(list.flatMap(({ options }) => valuesOf(options[key]).map((value) => JSON.stringify(value))));
      expect(values(short), key).toEqual(values(cases));
    }
  },
);

/** Of options of options, the values of each of them */
const valuesOf = (value: unknown): unknown[] =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.entries(value) : [value];
