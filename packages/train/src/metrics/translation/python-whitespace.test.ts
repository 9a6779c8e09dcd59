import { expect, it } from 'vitest';
import { withoutOuterSpaces, withoutTrailingSpaces } from './python-whitespace.ts';

it('strips what Python treats as white space, and no byte order mark', () => {
  expect(withoutOuterSpaces('\x1c\x85 a b\u3000\x1f\n')).toBe('a b');
  expect(withoutTrailingSpaces(' a\u2028 ')).toBe(' a');
  expect(withoutOuterSpaces('\ufeffa\ufeff')).toBe('\ufeffa\ufeff');
  expect(withoutOuterSpaces(' \t ')).toBe('');
});
