import { expect, it } from 'vitest';
import { nameCodec } from './name-codec.ts';

it('numbers the characters of the names: 0 is padding, 1 a character that none of them has', () => {
  const codec = nameCodec([
    { name: 'ab', label: 0 },
    { name: 'ca', label: 1 },
  ]);
  expect(codec.size).toBe(5);
  expect(codec.encode('abcé')).toEqual([2, 3, 4, 1]);
  expect(codec.specialIds.pad).toBe(0);
});
