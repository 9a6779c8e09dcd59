import { describe, expect, it, vi } from 'vitest';
import type { BadRow } from '../formats/bad-rows.ts';
import { Vocabulary } from './vocabulary.ts';
import { readWordVectors } from './word-vectors.ts';

const vocabulary = new Vocabulary(['cat', 'dog', '. . .'], { specials: { pad: '<pad>', unk: '<unk>' } });
const rows = ({ table, shape: [v, d] }: { table: Float32Array; shape: [number, number] }) =>
  Array.from({ length: v }, (_, i) => [...table.subarray(i * d, (i + 1) * d)]);

async function read(lines: string[], options = {}) {
  const bad: BadRow[] = [];
  const onBadRow = (row: BadRow) => bad.push(row);
  const vectors = await readWordVectors(lines, vocabulary, { onBadRow, ...options });
  return { ...vectors, rows: rows(vectors), bad: bad.map(({ line, reason }) => `${line}: ${reason}`) };
}

describe('word vectors', () => {
  it('of GloVe are ordered by the vocabulary’s ids, may have tokens with spaces, and others are skipped', async () => {
    const lines = ['dog 1 2', 'horse 9 9', '. . . -0.5 1e-1', 'cat 3 4'];
    const made = await read(lines, { missing: 'zeros' });
    expect(made.shape).toEqual([5, 2]);
    expect(made.rows).toEqual([
      [0, 0],
      [0, 0],
      [3, 4],
      [1, 2],
      [-0.5, Math.fround(0.1)],
    ]);
    expect([made.found, made.missing, made.bad]).toEqual([3, ['<unk>'], []]);
  });

  it('of fastText have a header, and spaces at the ends of lines', async () => {
    const made = await read(['2 2', 'dog 1 2 ', 'cat 3 4 '], { missing: 'zeros' });
    expect(made.rows.slice(2, 4)).toEqual([
      [3, 4],
      [1, 2],
    ]);
    expect((await read(['dog 1', '5 3'], { dim: 1 })).shape).toEqual([5, 1]);
    expect((await read(['3 2', 'dog 1 2 3'], { dim: 3 })).bad).toEqual([
      '1: the header says 2 numbers a line; expected 3',
    ]);
  });

  it('are bad rows when there are too few or too many numbers, invalid ones, or a repeated token', async () => {
    const lines = ['dog 1 2', 'cat 1', 'cat 1 2 3', 'cat 1 x', 'cat NaN 1', 'dog 3 4', '', 'cat 5 6'];
    const made = await read(lines);
    expect(made.bad).toEqual([
      '2: fewer than 2 numbers after the token',
      '3: more than 2 numbers after the token',
      '4: a number is not finite',
      '5: a number is not finite',
      "6: 'dog' comes again",
      '7: fewer than 2 numbers after the token',
    ]);
    expect(made.rows.slice(2, 4)).toEqual([
      [5, 6],
      [1, 2],
    ]);
    await expect(read(lines, { strict: true, name: 'glove.txt' })).rejects.toThrow(
      'glove.txt:2: fewer than 2 numbers after the token: "cat 1"',
    );
  });

  it('cause a warning and a summary for bad rows, without onBadRow', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    try {
      await readWordVectors(['dog 1 2', 'cat 1', 'cat 2'], vocabulary);
      expect(warn.mock.calls.flat()).toEqual([
        'A row is left out. vectors:2: fewer than 2 numbers after the token: "cat 1"',
        '2 rows were left out: vectors:2, vectors:3',
      ]);
    } finally {
      warn.mockRestore();
    }
  });

  it('are drawn for missing tokens, with the mean and deviation of the found ones, by a seed', async () => {
    const many = new Vocabulary(
      Array.from({ length: 4000 }, (_, i) => `w${i}`),
      { specials: { pad: '_' } },
    );
    const lines = ['w0 3 5', 'w1 7 9'];
    const made = await readWordVectors(lines, many, { seed: 4 });
    const drawn = made.table.subarray(6);
    const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
    const variance = drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / drawn.length;
    expect(Math.abs(mean - 6)).toBeLessThan(0.15);
    expect(Math.abs(Math.sqrt(variance) - Math.sqrt(5))).toBeLessThan(0.15);
    expect([...made.table.subarray(0, 2)]).toEqual([0, 0]);
    expect((await readWordVectors(lines, many, { seed: 4 })).table).toEqual(made.table);
    expect((await readWordVectors(lines, many, { seed: 5 })).table).not.toEqual(made.table);
  });

  it('throw without any vector from which to take the width', async () => {
    await expect(read([])).rejects.toThrow('readWordVectors: lines hold no vector');
    expect((await read([], { dim: 3 })).shape).toEqual([5, 3]);
    expect((await read(['0 3'])).shape).toEqual([5, 3]);
    await expect(read(['1 99999999999', 'a 1 2'], { strict: true })).rejects.toThrow(
      'vectors:1: the header says 99999999999 numbers a line; expected at most 65536',
    );
  });

  it('are reported when they are fewer than in the header', async () => {
    await expect(read(['400000 2', 'a 1 2'], { strict: true })).rejects.toThrow(
      'vectors:1: the header says 400000 vectors; there are 1 lines after it',
    );
  });

  it('throw for invalid lines or an invalid vocabulary', async () => {
    await expect(readWordVectors('glove.txt' as never, new Vocabulary(['a']))).rejects.toThrow(
      "readWordVectors: lines is 'glove.txt'; expected an array, or a stream",
    );
    await expect(readWordVectors(['a 1'], ['a'] as never)).rejects.toThrow(
      "readWordVectors: vocabulary is ['a']; expected a Vocabulary",
    );
  });
});
