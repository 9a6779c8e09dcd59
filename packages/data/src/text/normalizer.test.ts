import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type NormalizerOptions, normalizer } from './normalizer.ts';

it('texts are composed unless told otherwise, and nothing else is done to them', () => {
  expect(normalizer()(' E\u0301 ﬁ ')).toBe(' É ﬁ ');
  expect(normalizer({ form: 'none' })('E\u0301')).toBe('E\u0301');
  expect(normalizer({ form: 'NFKC' })('ﬁ Ｆ')).toBe('fi F');
  expect(normalizer({ form: 'NFD' })('É')).toBe('E\u0301');
});

it('letters become small by Unicode’s rules, or by a language’s', () => {
  expect(normalizer({ lowercase: true })('ISTANBUL Σας')).toBe('istanbul σας');
  expect(normalizer({ lowercase: true, locale: 'tr' })('IĞDIR')).toBe('ığdır');
  expect(normalizer({ lowercase: true, form: 'NFKC' })('ℌ')).toBe('h');
});

it('accents go, letters stay', () => {
  expect(normalizer({ stripAccents: true })('Ångström, Việt, ø')).toBe('Angstrom, Viet, ø');
});

it('white space of any kind becomes one space, and goes from the ends', () => {
  expect(normalizer({ collapseWhitespace: true })('\u00a0 a\r\n\tb\u3000c \n')).toBe('a b c');
});

it('what was normalized stays as it is', () => {
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

it('an option that there is not is an error', () => {
  expect(() => normalizer({ form: 'NFX' as 'NFC' })).toThrow("normalizer: form is 'NFX'");
  expect(() => normalizer({ lower: true } as NormalizerOptions)).toThrow('did you mean lowercase?');
});
