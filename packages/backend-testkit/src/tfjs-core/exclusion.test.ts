import { describe, expect, it } from 'vitest';
import { Exclusions } from './exclusion.ts';

describe('Exclusions', () => {
  const exclusions = () =>
    new Exclusions([
      { reason: 'no strings', specs: ['gather string', 'equal string*'] },
      { reason: 'no complex numbers', specs: ['fft*'] },
    ]);

  it('finds a spec by its full name, or by a prefix followed by a star', () => {
    expect(exclusions().reasonFor('gather string')).toBe('no strings');
    expect(exclusions().reasonFor('gather string tensors')).toBeUndefined();
    expect(exclusions().reasonFor('fft 2d')).toBe('no complex numbers');
  });

  it('lists the patterns that never matched', () => {
    const asked = exclusions();
    asked.reasonFor('equal string arrays');
    expect(asked.unused).toEqual(['gather string', 'fft*']);
  });
});
