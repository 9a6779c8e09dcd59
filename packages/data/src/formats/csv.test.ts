import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { chunkedSource } from '../../test/chunked-source.ts';
import { readRows } from '../../test/read-rows.ts';
import { type CsvOptions, csv, tsv } from './csv.ts';
import type { RowStream } from './row-stream.ts';

const read = (text: string, options: CsvOptions = {}) =>
  readRows((onBadRow) => csv(chunkedSource(text, 16), { onBadRow, ...options }));

describe('comma-separated values', () => {
  it('are read as they were written, with any text in the fields', async () => {
    const field = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', '\n', '\r', ' ', '🙂') });
    const table = fc
      .tuple(fc.integer({ min: 2, max: 4 }), fc.integer({ min: 1, max: 6 }))
      .chain(([width, height]) =>
        fc.array(fc.array(field, { minLength: width, maxLength: width }), {
          minLength: height,
          maxLength: height,
        }),
      );
    const written = (value: string, always: boolean) =>
      always || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.boolean(),
        fc.constantFrom('\n', '\r\n'),
        fc.integer({ min: 1, max: 30 }),
        async (rows, always, end, size) => {
          const text = rows.map((row) => row.map((value) => written(value, always)).join(',') + end).join('');
          const source = chunkedSource(text, size);
          const { rows: found, bad } = await readRows((onBadRow) =>
            csv(source, { header: false, columns: false, onBadRow }),
          );
          expect([found, bad]).toEqual([rows, []]);
          expect(found).toEqual(parse(text, { record_delimiter: end }));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('have names from a header, from the caller, or none', async () => {
    const text = 'a,b\n1,2\n';
    expect((await read(text)).rows).toEqual([{ a: '1', b: '2' }]);
    expect((await read(text, { header: true, columns: ['x', 'y'] })).rows).toEqual([{ x: '1', y: '2' }]);
    expect((await read(text, { columns: ['b', 'a'] })).rows).toEqual([{ a: '1', b: '2' }]);
    expect((await read(text, { columns: false })).rows).toEqual([['1', '2']]);
    const rows = [
      ['a', 'b'],
      ['1', '2'],
    ];
    expect((await read(text, { header: false, columns: false })).rows).toEqual(rows);
    const named = [
      { x: 'a', y: 'b' },
      { x: '1', y: '2' },
    ];
    expect((await read(text, { header: false, columns: ['x', 'y'] })).rows).toEqual(named);
    expect(() => csv([], { header: false })).toThrow('csv: columns is undefined; expected names or false');
  });

  it('have types that follow from the options', async () => {
    const source = chunkedSource('date,price\n1999,2\n', 16);
    const { rows } = await readRows((onBadRow) =>
      csv(source, { columns: ['date', 'price'], onBadRow }).parse(({ date, price }) => [
        date.length,
        Number(price),
      ]),
    );
    expect(rows).toEqual([[4, 2]]);
    expectTypeOf(csv(source, { columns: ['date', 'price'] })).toEqualTypeOf<
      RowStream<Record<'date' | 'price', string>>
    >();
    for (const open of [csv, tsv]) {
      expectTypeOf(open(source)).toEqualTypeOf<RowStream<Record<string, string>>>();
      expectTypeOf(open(source, { columns: false })).toEqualTypeOf<RowStream<string[]>>();
      const options: CsvOptions = { header: true };
      expectTypeOf(open(source, options)).toEqualTypeOf<RowStream<Record<string, string> | string[]>>();
    }
  });

  it('may have columns of any name', async () => {
    const { rows } = await read('__proto__,constructor\n1,2\n');
    expect(Object.entries(rows[0]!)).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]);
    expect(Object.getPrototypeOf(rows[0])).toBe(Object.prototype);
  });

  it('throw for a first row that does not have the names of the columns, which would be lost', async () => {
    await expect(read('I like it,pos\nI hate it,neg\n', { columns: ['text', 'label'] })).rejects.toThrow(
      "file:1: the header: 'I like it', 'pos'; expected 'text', 'label'. Give header: false if the file has no header, " +
        'or header: true to give its columns these names',
    );
    await expect(read('a,b\n1,2\n', { columns: ['a', 'x'] })).rejects.toThrow("the header: 'a', 'b'");
  });

  it('throw for an invalid header', async () => {
    await expect(read('a,b,a\n')).rejects.toThrow("file:1: the header: 'a' names two columns");
    await expect(read('\na,b\n', { columns: ['x'] })).rejects.toThrow(
      'file:2: the header: 2 columns; expected 1',
    );
    await expect(read('a,"b" c\n')).rejects.toThrow('file:1: the header: a quote that closes before');
  });

  it('skip rows with wrong quotes, and no others', async () => {
    const { rows, bad } = await read('a,b\n1,2\n1,"2" x\n3,x"y\n4,"5"\n6,x"y"z\n6,7\n', { columns: false });
    expect(rows).toEqual([
      ['1', '2'],
      ['4', '5'],
      ['6', '7'],
    ]);
    expect(bad).toEqual([
      'file:3: a quote that closes before its field ends',
      'file:4: a quote within a field that does not begin with one',
      'file:6: a quote within a field that does not begin with one',
    ]);
  });

  it('lose one line to a quote that never closes, and not the rest of the file', async () => {
    const rest = Array.from({ length: 100_000 }, (_, i) => `${i},some more text\n`).join('');
    const source = chunkedSource(`a,b\n1,"2\n${rest}`, 65_536);
    const { rows, bad } = await readRows((onBadRow) => csv(source, { onBadRow }));
    expect(rows).toHaveLength(100_000);
    expect(bad).toEqual([
      "file:2: a quote that does not close within 1048576 characters or to the file's end",
    ]);
  });

  it('lose no valid row to a stray quote', async () => {
    const inside = 'a quote within a field that does not begin with one';
    const inches = await read('5" disk,1\nok,2\nok,3\n7" disk,4\nok,5\n', { header: false, columns: false });
    expect(inches).toEqual({
      rows: [
        ['ok', '2'],
        ['ok', '3'],
        ['ok', '5'],
      ],
      bad: [`file:1: ${inside}`, `file:4: ${inside}`],
    });
    const good = Array.from({ length: 20_000 }, (_, i) => `${i},good\n`).join('');
    const ends = {
      '5" x,1': ['file:2: a quote that closes before its field ends', `file:20003: ${inside}`],
      '5"': ['file:2: 1 column; expected 2', `file:20003: ${inside}`],
    };
    for (const [end, expected] of Object.entries(ends)) {
      const source = chunkedSource(`a,b\n"open,1\n${good}${end}\n`, 65_536);
      const { rows, bad } = await readRows((onBadRow) => csv(source, { onBadRow }));
      expect(rows).toHaveLength(20_000);
      expect(bad).toEqual(expected);
    }
  });

  it('are cut into the same records as by the parser', async () => {
    const unit = fc.constantFrom('a', '"', '""', ';|', ';', '\\', '\n', '\r\n', '\r');
    for (const escaping of ['"', '\\']) {
      const dialect = { delimiter: ';|', quote: '"', escape: escaping };
      await fc.assert(
        fc.asyncProperty(fc.string({ unit, maxLength: 12 }), async (text) => {
          let expected: string[][];
          try {
            const options = { relax_column_count: true, record_delimiter: ['\r\n', '\n', '\r'] };
            expected = parse(text, { ...dialect, ...options, skip_empty_lines: true });
          } catch {
            expect((await read(text, { ...dialect, header: false, columns: false })).bad).not.toEqual([]);
            return;
          }
          // The first row determines the number of columns, so skip samples with rows of different widths.
          if (new Set(expected.map(({ length }) => length)).size > 1) return;
          expect(await read(text, { ...dialect, header: false, columns: false })).toEqual({
            rows: expected,
            bad: [],
          });
        }),
        { numRuns: 1000 },
      );
    }
  });

  it('may have other delimiters, quotes and escapes', async () => {
    expect((await read("a;b\n'x;''y';2\n", { delimiter: ';', quote: "'" })).rows).toEqual([
      { a: "x;'y", b: '2' },
    ]);
    expect((await read('a||b\n"x||y"||2\n', { delimiter: '||' })).rows).toEqual([{ a: 'x||y', b: '2' }]);
    expect((await read('a,b\n"x \\"y\n z",2\n', { escape: '\\' })).rows).toEqual([{ a: 'x "y\n z', b: '2' }]);
    expect((await read('a,b\n"x,2\n', { quote: false })).rows).toEqual([{ a: '"x', b: '2' }]);
    expect(() => csv([], { quote: '""' })).toThrow(`csv: quote is '""'; expected one character`);
    expect(() => csv([], { delimiter: '"' })).toThrow("csv: delimiter is '\"', which has the quote in it");
  });
});

describe('tab-separated values', () => {
  it('have no quotes by default', async () => {
    const text = 'a\tb\n5"\t"x\n"1\t2"\t3\n';
    const plain = await readRows((onBadRow) => tsv(chunkedSource(text, 3), { onBadRow }));
    expect(plain).toEqual({ rows: [{ a: '5"', b: '"x' }], bad: ['file:3: 3 columns; expected 2'] });
    const quoted = await readRows((onBadRow) =>
      tsv(chunkedSource('a\tb\n"1\t2"\t3\n', 3), { quote: '"', onBadRow }),
    );
    expect(quoted).toEqual({ rows: [{ a: '1\t2', b: '3' }], bad: [] });
  });
});
