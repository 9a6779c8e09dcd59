import { expect, it } from 'vitest';
import { draw } from './draw.ts';
import { type Answer, decode, readFixtures } from './fixture.ts';

it.each(readFixtures<{ name: string; expected: { values: Answer } }>('drawn.json'))(
  'draws the numbers that the Python side draws under the key "$name"',
  ({ name, expected }) => {
    const values = decode(expected.values);
    expect([...draw(name, values.length, [-2, 3])]).toEqual([...values]);
  },
);
