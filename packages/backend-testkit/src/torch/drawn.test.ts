import { expect, it } from 'vitest';
import drawn from '../fixtures/drawn.json' with { type: 'json' };
import { draw } from '../host-tensor.ts';
import { answerOf } from './fixture.ts';

it.each(drawn.cases)(
  'draws the same numbers as the Python side for the key "$name"',
  ({ name, expected }) => {
    const { shape, values } = answerOf(expected.values);
    expect(draw(name, shape, [-2, 3]).values).toEqual(values);
  },
);
