import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { answerLines } from './questions.ts';

it('answers a pipe in the order of its lines, so many at a time, and the last ones at its end', async () => {
  const input = new PassThrough();
  const output = new PassThrough();
  const asked: (readonly string[])[] = [];
  const answer = async (lines: readonly string[]) => {
    asked.push(lines);
    return lines.map((line) => (line === '' ? [] : [`${line}!`, `${line}?`]));
  };
  input.end('a\n\nb\r\nc');
  await answerLines(
    { prompt: '? ', asked: 'letters', answer, atOnce: 3 },
    input as unknown as NodeJS.ReadStream,
    output as unknown as NodeJS.WriteStream,
  );
  expect(asked).toEqual([['a', '', 'b'], ['c']]);
  expect(String(output.read())).toBe('a!\na?\nb!\nb?\nc!\nc?\n');
});
