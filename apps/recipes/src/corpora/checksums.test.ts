import { expect, it } from 'vitest';
import { checksumsOf, readChecksums } from './checksums.ts';

it('reads the output of sha256sum', () => {
  const [a, b] = ['0a'.repeat(32), '1b'.repeat(32)];
  expect([...checksumsOf(`${a}  0_ada_1.wav\n${b} *two words.png\n`)]).toEqual([
    ['0_ada_1.wav', a],
    ['two words.png', b],
  ]);
});

it.each([
  ['free-spoken-digits', 3000],
  ['gemojione', 1794],
] as const)('has a checksum of each file of %s', async (list, files) => {
  const sums = await readChecksums(list);
  expect(sums.size).toBe(files);
  for (const sum of sums.values()) expect(sum).toMatch(/^[0-9a-f]{64}$/);
});
