import { expect, it } from 'vitest';
import { readExample } from './readme-test.ts';

it('takes the first ts block and the text block after it', () => {
  const markdown =
    '```text\nbefore\n```\n```ts\nconsole.log(1);\n```\nprose\n```text\n1\n```\n```ts\nother\n```';
  expect(readExample(markdown)).toEqual({ program: 'console.log(1);\n', output: '1\n' });
});

it('says what is missing', () => {
  expect(() => readExample('prose')).toThrow('no ts block');
  expect(() => readExample('```ts\nx\n```')).toThrow('no text block');
});
