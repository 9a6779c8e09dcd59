import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { answerLines } from './questions.ts';

it('answers a pipe in the order of its lines, several at a time, and the last lines at its end', async () => {
  const input = new PassThrough();
  const output = new PassThrough();
  const asked: (readonly string[])[] = [];
  const answer = async (lines: readonly string[]) => {
    asked.push(lines);
    return lines.map((line) => (line === '' ? [] : [`${line}!`, `${line}?`]));
  };
  input.end('a\n\nb\r\nc');
  await answerLines({ prompt: '? ', asked: 'letters', answer, atOnce: 3 }, input, output);
  expect(asked).toEqual([['a', '', 'b'], ['c']]);
  expect(String(output.read())).toBe('a!\na?\nb!\nb?\nc!\nc?\n');
});

it('answers a program that waits for an answer before the next line', async () => {
  const input = new PassThrough();
  const output = new PassThrough({ encoding: 'utf8' });
  const answer = async (lines: readonly string[]) => lines.map((line) => [`${line}!`]);
  const ended = answerLines({ prompt: '? ', asked: 'letters', answer, atOnce: 250 }, input, output);
  for (const line of ['a', 'b']) {
    input.write(`${line}\n`);
    const [said] = await once(output, 'data');
    expect(said).toBe(`${line}!\n`);
  }
  input.end();
  await ended;
});

it('prompts in a terminal, and answers line by line, also lines from before Ctrl-D', async () => {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const output = Object.assign(new PassThrough(), { isTTY: true });
  const answer = async (lines: readonly string[]) => lines.map((line) => [`${line}!`]);
  input.end('a\nb\n');
  await answerLines({ prompt: 'A letter? ', asked: 'letters', answer, atOnce: 250 }, input, output);
  const shown = String(output.read());
  expect(shown).toContain('Ask for more letters; end with Ctrl-D.\n');
  expect(shown).toContain('A letter? ');
  expect(shown.indexOf('a!\n')).toBeLessThan(shown.indexOf('b!\n'));
});
