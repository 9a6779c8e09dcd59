import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { chunkedSource } from '../../test/chunked-source.ts';
import type { Source } from '../files/source.ts';
import { csv } from './csv.ts';
import { lines } from './lines.ts';

async function allOf<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

const numbered = Array.from({ length: 1000 }, (_, i) => `${i}\n`).join('');

describe('a stream of rows', () => {
  it('reads a chunk only when its rows are requested', async () => {
    const source = chunkedSource(numbered, 100);
    const reading = lines(source).open();
    expect(source.given).toBe(0);
    await reading.next();
    expect(source.given).toBe(100);
    for (let i = 0; i < 20; i++) await reading.next();
    expect(source.given).toBe(100);
  });

  it('closes its file when a loop ends early, and yields nothing more', async () => {
    let closed = 0;
    const source: Source = {
      name: 'f',
      size: async () => undefined,
      async *open() {
        try {
          for (;;) yield new TextEncoder().encode('a\nb\n');
        } finally {
          closed++;
        }
      },
    };
    const reading = lines(source).open();
    for await (const row of reading) if (row === 'b') break;
    expect(closed).toBe(1);
    expect(await reading.next()).toEqual({ done: true, value: undefined });
    const failing = lines(source).parse(() => {
      throw new Error('no');
    });
    await expect(
      lines(source, { strict: true })
        .parse(() => failing.open(3))
        .open()
        .next(),
    ).rejects.toThrow('f:1: ');
    expect(closed).toBe(2);
  });

  it('answers concurrent calls in order', async () => {
    const reading = lines(chunkedSource(numbered, 7)).open();
    const results = await Promise.all(Array.from({ length: 1001 }, () => reading.next()));
    expect(results.map(({ value }) => value)).toEqual([...numbered.trimEnd().split('\n'), undefined]);
  });

  it('gives each row once to two concurrent readers, in the order of their requests', async () => {
    const reading = lines(chunkedSource(numbered, 11)).open();
    const given: (string | undefined)[] = [];
    let calls = 0;
    const reader = async () => {
      for (let call = calls++; call < 1000; call = calls++) given[call] = (await reading.next()).value;
    };
    await Promise.all([reader(), reader(), reader()]);
    expect(given).toEqual(numbered.trimEnd().split('\n'));
  });

  it('is read from the beginning each time', async () => {
    const stream = lines(chunkedSource('a\nb\n', 3));
    for (let time = 0; time < 2; time++) expect(await allOf(stream)).toEqual(['a', 'b']);
  });

  it('passes on the errors of its source', async () => {
    const source: Source = {
      name: 'f',
      size: async () => 4,
      // biome-ignore lint/correctness/useYield: it throws before it yields anything
      async *open() {
        throw new Error('the disk is gone');
      },
    };
    await expect(lines(source).open().next()).rejects.toThrow('the disk is gone');
    const missing = { name: 'f', size: () => Promise.reject(new Error('ENOENT')), open: source.open };
    await expect(lines(missing).open().next()).rejects.toThrow('ENOENT');
  });

  it('throws for an invalid option or source, and names it', () => {
    const source = chunkedSource('', 1);
    expect(() => lines(source, { encoding: 'utf-99' })).toThrow(
      "lines: encoding is 'utf-99'; expected a label",
    );
    expect(() => lines(source, { Strict: true } as object)).toThrow('did you mean strict?');
    expect(() => lines('a.txt' as never)).toThrow(
      'lines: sources are not what they have to be; expected a Source',
    );
  });
});

describe('bad rows', () => {
  const bad = () => chunkedSource('a,b\n1,2\n1\n2,3\n4\n5\n6\n7\n8\n', 5, 'x.csv');
  let warned: string[];

  beforeEach(() => {
    warned = [];
    vi.spyOn(console, 'warn').mockImplementation((text) => warned.push(text));
  });

  afterEach(() => vi.restoreAllMocks());

  it('cause one warning, and a summary at the end', async () => {
    expect(await allOf(csv(bad()))).toHaveLength(2);
    expect(warned).toEqual([
      'A row is left out. x.csv:3: 1 column; expected 2: "1"',
      '6 rows were left out: x.csv:3, x.csv:5, x.csv:6, x.csv:7, x.csv:8, …',
    ]);
  });

  it('are summed up when a loop ends early too, and not at all when there was only one', async () => {
    const stream = csv(chunkedSource('a,b\n1,2\n1\n2,3\n4\n5,6\n7\n', 5, 'x.csv'));
    for await (const { a } of stream) if (a === '2') break;
    expect(warned).toEqual(['A row is left out. x.csv:3: 1 column; expected 2: "1"']);
    warned = [];
    for await (const { a } of stream) if (a === '5') break;
    expect(warned).toEqual([
      'A row is left out. x.csv:3: 1 column; expected 2: "1"',
      '2 rows were left out: x.csv:3, x.csv:5',
    ]);
  });

  it('are counted, and passed to onBadRow', async () => {
    const told: object[] = [];
    const reading = csv(bad(), { onBadRow: (row) => told.push(row) }).open();
    for (let i = 0; i < 2; i++) await reading.next();
    expect([reading.badRows, told]).toEqual([
      1,
      [{ file: 'x.csv', line: 3, reason: '1 column; expected 2', text: '1' }],
    ]);
    await reading.next();
    expect([reading.badRows, warned]).toEqual([6, []]);
  });

  it('throw an error at the first one with strict', async () => {
    const reading = csv(bad(), { strict: true }).open();
    expect((await reading.next()).value).toEqual({ a: '1', b: '2' });
    await expect(reading.next()).rejects.toThrow(
      expect.objectContaining({ name: 'FormatError', message: 'x.csv:3: 1 column; expected 2: "1"' }),
    );
    expect(await reading.next()).toEqual({ done: true, value: undefined });
  });

  it('include rows that parse rejects', async () => {
    const told: string[] = [];
    const onBadRow = ({ line, reason, text }: { line: number; reason: string; text: string }) =>
      told.push(`${line}: ${reason}: ${text}`);
    const numbers = csv(chunkedSource('a\n1\n"x\ny"\n3\n', 4), { onBadRow })
      .parse(({ a }) => Number(a))
      .parse((a) => {
        if (Number.isNaN(a)) throw new Error('a is no number');
        return a + 1;
      });
    expect(await allOf(numbers)).toEqual([2, 4]);
    expect(told).toEqual(['3: a is no number: {"a":"x\\ny"}']);
  });
});
