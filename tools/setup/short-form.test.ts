import { describe, expect, it } from 'vitest';
import { inFull, sampleOf } from './short-form.ts';

const self = (name: string) => name;
const names = ['a', 'b', 'c', 'd'].flatMap((kind) => Array.from({ length: 100 }, (_, i) => `${kind} ${i}`));

describe.skipIf(inFull)('the short form of a list', () => {
  it('has about one case in so many, in their order, and the same ones each time', () => {
    const sample = sampleOf(names, self, 4);
    expect(sample.length).toBeGreaterThan(70);
    expect(sample.length).toBeLessThan(130);
    expect(sample).toEqual(names.filter((name) => sample.includes(name)));
    expect(sampleOf(names, self, 4)).toEqual(sample);
  });

  it('has the first case of each value', () => {
    const valuesOf = (name: string) => [`kind ${name[0]}`, `tens ${Number(name.slice(2)) / 10}`];
    const sample = sampleOf(names, self, 1_000_000, valuesOf);
    expect(sample).toEqual(names.filter((name) => name.startsWith('a') || name === `${name[0]} 0`));
  });
});
