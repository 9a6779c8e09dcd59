import { expect, it } from 'vitest';
import { chunkedSource } from '../../test/chunked-source.ts';
import type { Source } from '../files/source.ts';
import { conllu } from './conllu.ts';
import { csv } from './csv.ts';
import { LineBlocks } from './line-blocks.ts';
import { lines } from './lines.ts';

const tooLong = (message: string) => expect.objectContaining({ name: 'FormatError', message });

it('a line that is too long throws, however small the chunks', async () => {
  for (const size of [1, 7, 30]) {
    const blocks = new LineBlocks(chunkedSource(`a\n${'x'.repeat(101)}`, size), 0, 50);
    await expect(async () => {
      for (let line = 1; await blocks.next(line); ) line = 2;
    }).rejects.toThrow(tooLong('file:2: the row that begins here does not end within 50 bytes'));
  }
});

it('lines that are put back repeatedly are read again only after doubling, and throw when too long', async () => {
  const text = 'abc\n'.repeat(1000);
  const given: number[] = [];
  const read = async (blocks: LineBlocks) => {
    for (let block = await blocks.next(3); block; block = await blocks.next(3)) {
      given.push(block.bytes.length);
      if (!block.last) blocks.takeBack(block.bytes, 3);
    }
  };
  await read(new LineBlocks(chunkedSource(text, 10), 0));
  expect(given.at(-1)).toBe(4000);
  expect(given.reduce((sum, length) => sum + length)).toBeLessThan(3 * 4000);
  await expect(read(new LineBlocks(chunkedSource(text, 10), 0, 1000))).rejects.toThrow(
    tooLong('file:3: the row that begins here does not end within 1000 bytes'),
  );
});

it('a file without the expected line ends throws, and names file and line', async () => {
  const mebibyte = new Uint8Array(2 ** 20).fill(97);
  const source: Source = {
    name: 'f',
    size: async () => undefined,
    async *open() {
      yield new TextEncoder().encode('a,b\n');
      for (;;) yield mebibyte;
    },
  };
  for (const stream of [lines(source), csv(source), conllu(source)]) {
    await expect(async () => {
      for await (const _ of stream);
    }).rejects.toThrow(/^f:[12]: the row that begins here does not end within 67108864 bytes$/);
  }
});
