import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type NormalizerOptions, normalizer } from './normalizer.ts';

it('by default texts are composed, and nothing else changes', () => {
  expect(normalizer()(' E\u0301 ﬁ ')).toBe(' É ﬁ ');
  expect(normalizer({ form: 'none' })('E\u0301')).toBe('E\u0301');
  expect(normalizer({ form: 'NFKC' })('ﬁ Ｆ')).toBe('fi F');
  expect(normalizer({ form: 'NFD' })('É')).toBe('E\u0301');
});

it('letters become lower case by Unicode’s rules, or by those of a language', () => {
  expect(normalizer({ lowercase: true })('ISTANBUL Σας')).toBe('istanbul σας');
  expect(normalizer({ lowercase: true, locale: 'tr' })('IĞDIR')).toBe('ığdır');
  expect(normalizer({ lowercase: true, form: 'NFKC' })('ℌ')).toBe('h');
});

it('accents are removed from letters', () => {
  expect(normalizer({ stripAccents: true })('Ångström, Việt, ø')).toBe('Angstrom, Viet, ø');
});

it('any white space becomes one space, and is removed at the ends', () => {
  expect(normalizer({ collapseWhitespace: true })('\u00a0 a\r\n\tb\u3000c \n')).toBe('a b c');
});

it('normalizing twice equals normalizing once', () => {
  const options = fc.record<NormalizerOptions>({
    form: fc.constantFrom('NFC', 'NFD', 'NFKC', 'NFKD', 'none'),
    stripAccents: fc.boolean(),
    collapseWhitespace: fc.boolean(),
  });
  fc.assert(
    fc.property(options, fc.string({ unit: 'binary' }), (given, text) => {
      const normalize = normalizer(given);
      const once = normalize(text);
      expect(normalize(once)).toBe(once);
    }),
    { numRuns: 1000 },
  );
});

it('an unknown option throws', () => {
  expect(() => normalizer({ form: 'NFX' as 'NFC' })).toThrow("normalizer: form is 'NFX'");
  expect(() => normalizer({ lower: true } as NormalizerOptions)).toThrow('did you mean lowercase?');
});
