import { expect, it } from 'vitest';
import { pageBlocks } from './page-blocks.ts';

const page = [
  'prose',
  '```ts',
  'first();',
  '```',
  '```text',
  'printed',
  '```',
  '<!-- given',
  'declare const x: number;',
  '-->',
  '```ts',
  'use(x);',
  '```',
  '```ts',
  'last();',
  '```',
  'prose between',
  '```text',
  '```',
].join('\n');

it('programs have what the text after them says, fragments what is given to them', () => {
  expect(pageBlocks(page).map(({ line, output }) => ({ line, output }))).toEqual([
    { line: 3, output: 'printed\n' },
    { line: 12, output: undefined },
    { line: 15, output: '' },
  ]);
});

it('code stands at the lines that it has in the page', () => {
  const blocks = pageBlocks(page);
  expect(blocks[0]!.code.split('\n').indexOf('first();')).toBe(2);
  expect(blocks[1]!.code.split('\n')[8]).toBe('declare const x: number;');
  expect(blocks[1]!.code.split('\n')[11]).toBe('use(x);');
  expect(blocks[1]!.code).not.toContain('first');
});

it('no block goes untested: one without output and without what is given is refused, and so is one with both', () => {
  expect(() => pageBlocks('```ts\nf();\n```\nprose\n')).toThrow('line 2 has neither output');
  const both = '<!-- given\nlet x;\n-->\n```ts\nf();\n```\n```text\n1\n```\n';
  expect(() => pageBlocks(both)).toThrow('line 5 is a fragment, and has output');
});
