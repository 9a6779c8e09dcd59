import { expect, it } from 'vitest';
import { answers } from './questions.ts';

it('answers with the likelier class, and says where a name is in both lists', async () => {
  const answer = answers(async (name) => (name === 'kim' ? [0.25, 0.75] : [0.9, 0.1]), new Set(['kim']));
  expect(await answer(' Ada ')).toBe('  Ada: female (90.0 %)');
  expect(await answer('Kim')).toBe('  Kim: male (75.0 %, though it is in both lists)');
  expect(await answer('Kím')).toContain('in both lists');
  expect(await answer('  ')).toBe('');
  expect(await answer('42')).toBe('  42: that has no letters; try a first name');
});
