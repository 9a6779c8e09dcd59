import { expect, it } from 'vitest';
import { readProgram } from './readme-program.ts';

it('takes the first ts block and the text block after it', () => {
  const markdown =
    '```text\nbefore\n```\n```ts\nconsole.log(1);\n```\nprose\n```text\n1\n```\n```ts\nother\n```';
  expect(readProgram(markdown)).toEqual({ program: 'console.log(1);\n', output: '1\n', installs: [] });
});

it('takes the install lines before the program, with their flags separate, without comments', () => {
  const markdown =
    '```sh\nnpm install --save-dev a @b/c\nnpm test\nnpm install d  # in browsers e\n```\n```ts\n```\n```text\n```\n```sh\nnpm install f\n```';
  expect(readProgram(markdown).installs).toEqual([
    { flags: ['--save-dev'], packages: ['a', '@b/c'] },
    { flags: [], packages: ['d'] },
  ]);
});

it('reports a missing part', () => {
  expect(() => readProgram('prose')).toThrow('no ts block');
  expect(() => readProgram('```ts\nx\n```')).toThrow('no text block');
});
