import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkedSource } from '../../test/chunked-source.ts';
import type { Source } from '../files/source.ts';
import { conllu } from './conllu.ts';
import { csv, tsv } from './csv.ts';
import { jsonLines } from './json-lines.ts';
import { lines } from './lines.ts';
import type { ReadOptions } from './read-options.ts';
import type { RowStream } from './row-stream.ts';

const formats: Record<string, (sources: Source[], options: ReadOptions) => RowStream<unknown>> = {
  lines,
  tsv: (sources, options) => tsv(sources, options),
  csv: (sources, options) => csv(sources, options),
  arrays: (sources, options) => csv(sources, { ...options, header: false, columns: false }),
  jsonLines,
  conllu,
  parsed: (sources, options) =>
    lines(sources, options).parse((line) => {
      if (line.includes('1')) throw new Error('it has a 1');
      return line.length;
    }),
};

const parts = ['a', '1', '"', 'é', '🙂', '\n', '\r\n', '\r', ',', '\t', '{"x":[1]}', '"q\nq"', '"q\r\nq,"'];
const token = '1\ta\tb\t_\t_\t_\t0\troot\t_\t_\n';
const anyFile = fc
  .tuple(
    fc.constantFrom('', '\ufeff', 'a,b\n', 'a\tb\n', `${token}\n`),
    fc.array(fc.constantFrom(...parts, `${token}\n`), { maxLength: 25 }),
    fc.boolean(),
  )
  .map(([start, body, broken]) => {
    const text = new TextEncoder().encode(start + body.join(''));
    return broken ? Uint8Array.from([...text, 0xff, 10, 98, 10]) : text;
  });

interface Told {
  rows: unknown[];
  bad: string[];
}

async function readFrom(stream: RowStream<unknown>, bad: string[], from?: unknown, count = Infinity) {
  const rows: unknown[] = [];
  const reading = stream.open(from === undefined ? undefined : JSON.parse(JSON.stringify(from)));
  while (rows.length < count) {
    const { value, done } = await reading.next();
    if (done) break;
    rows.push(value);
  }
  const state = reading.state();
  await reading.return();
  return { rows, bad, state, count: reading.badRows };
}

/** Yields the bytes up to a position, then throws. */
function failingSource(text: string, size: number, failing: number): Source {
  const source = chunkedSource(text.slice(0, failing), size);
  return {
    name: source.name,
    size: async () => text.length,
    async *open(offset) {
      yield* source.open(offset);
      throw new Error('the disk is gone');
    },
  };
}

async function whole(text: string) {
  const bad: number[] = [];
  const rows: unknown[] = [];
  for await (const row of csv(chunkedSource(text, 7), { onBadRow: ({ line }) => bad.push(line) }))
    rows.push(row);
  return { rows, bad };
}

describe('a reading that stops after any row', () => {
  for (const [name, format] of Object.entries(formats)) {
    it(`resumes with exactly the remaining rows: ${name}`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(anyFile, { minLength: 1, maxLength: 3 }),
          fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 })),
          fc.nat(12),
          async (files, [size, otherSize], k) => {
            const sources = (chunk: number) => files.map((file, i) => chunkedSource(file, chunk, `f${i}`));
            const open = (chunk: number, told: string[]) =>
              format(sources(chunk), {
                onBadRow: ({ file, line, reason, text }) => told.push(`${file}:${line}: ${reason}: ${text}`),
              });
            let whole: Told & { count: number };
            try {
              const told: string[] = [];
              whole = await readFrom(open(size, told), told);
            } catch (error) {
              // The header names a column twice.
              expect(error).toMatchObject({ name: 'FormatError' });
              return;
            }
            const told: string[] = [];
            const first = await readFrom(open(size, told), told, undefined, k);
            const second = await readFrom(open(otherSize, told), told, first.state);
            expect([...first.rows, ...second.rows]).toEqual(whole.rows);
            expect(told).toEqual(whole.bad);
            expect(second.count).toBe(whole.count);
            expect((await readFrom(open(size, []), [], second.state)).rows).toEqual([]);
          },
        ),
        { numRuns: 300 },
      );
    });
  }

  it('reports a bad row once, although its source failed between blocks', async () => {
    const text = 'a,b\n1,2\n3\n4,5\n6\n7,8\n9\n';
    const { rows, bad } = await whole(text);
    for (let size = 1; size < text.length; size++) {
      for (let failing = 0; failing < text.length; failing++) {
        const told: number[] = [];
        const first = csv(failingSource(text, size, failing), {
          onBadRow: ({ line }) => told.push(line),
        }).open();
        const given: unknown[] = [];
        await expect(async () => {
          for await (const row of first) given.push(row);
        }).rejects.toThrow('the disk is gone');
        const second = csv(chunkedSource(text, size), { onBadRow: ({ line }) => told.push(line) }).open(
          first.state(),
        );
        for await (const row of second) given.push(row);
        expect([given, told, second.badRows]).toEqual([rows, bad, bad.length]);
      }
    }
  });

  it('reports a bad row once, although the state was saved while the next block was being read', async () => {
    const text = 'a,b\n1,2\n3\n4,5\n6\n';
    const told: number[] = [];
    const options = { onBadRow: ({ line }: { line: number }) => told.push(line) };
    const first = csv(chunkedSource(text, 10), options).open();
    await first.next();
    const pending = first.next();
    await Promise.resolve();
    await Promise.resolve();
    expect(told).toEqual([3]);
    const state = first.state();
    const second = csv(chunkedSource(text, 10), options).open(state);
    expect(await second.next()).toEqual({ done: false, value: { a: '4', b: '5' } });
    expect([told, second.badRows]).toEqual([[3], 1]);
    expect(await pending).toEqual({ done: false, value: { a: '4', b: '5' } });
  });

  it('reports the bad row again that ended the reading', async () => {
    const text = 'a\n1\nx\n2\n';
    const numbers = (options: ReadOptions) =>
      csv(chunkedSource(text, 100), options).parse(({ a }) => {
        if (a === 'x') throw new Error('no number');
        return Number(a);
      });
    const tabled = (options: ReadOptions) => csv(chunkedSource('a\n1\nx,y\n2\n', 100), options);
    const refusing = () => {
      throw new Error('enough');
    };
    for (const stream of [numbers, tabled]) {
      for (const options of [{ strict: true }, { onBadRow: refusing }]) {
        const first = stream(options).open();
        await first.next();
        await expect(first.next()).rejects.toThrow(options.strict ? 'file:3' : 'enough');
        expect(first.badRows).toBe(0);
        await expect(stream(options).open(first.state()).next()).rejects.toThrow(
          options.strict ? 'file:3' : 'enough',
        );
        const told: number[] = [];
        const lenient = stream({ onBadRow: ({ line }) => told.push(line) }).open(first.state());
        expect((await lenient.next()).done).toBe(false);
        expect([told, lenient.badRows]).toEqual([[3], 1]);
      }
    }
  });

  it('resumes at its byte, not at the beginning', async () => {
    const text = Array.from({ length: 1000 }, (_, i) => `line ${i}\n`).join('');
    const reading = lines(chunkedSource(text, 100)).open();
    for (let i = 0; i < 900; i++) await reading.next();
    const again = chunkedSource(text, 100);
    const rest = lines(again).open(reading.state());
    expect((await rest.next()).value).toBe('line 900');
    expect(again.given).toBeLessThanOrEqual(200);
    expect(again.opened[0]).toBeGreaterThan(7800);
  });

  it('throws for other files, another size, or an invalid state', async () => {
    const source = (text: string, name = 'a') => chunkedSource(text, 10, name);
    const reading = lines([source('1\n2\n'), source('3\n', 'b')]).open();
    await reading.next();
    const state = reading.state();
    const refuse = (stream: RowStream<string>, from: unknown, message: string) =>
      expect(async () => stream.open(from as never).next()).rejects.toThrow(
        expect.objectContaining({ name: 'CheckpointError', message: expect.stringContaining(message) }),
      );
    await refuse(lines(source('1\n2\n')), state, 'of 2 files, a at place 1; expected 1 file, a');
    const other = lines([source('1\n2\n'), source('3\n', 'c')]);
    await refuse(other, state, 'of 2 files, b at place 2; expected 2 files, c');
    const longer = lines([source('1\n2\n3\n'), source('3\n', 'b')]);
    await refuse(longer, state, 'a has 6 bytes; it had 4 when the state was saved');
    await refuse(lines(source('1\n')), null, 'The state of a reading: the JSON is no object');
    await refuse(lines(source('1\n')), { ...(state as object), offset: -1 }, 'offset is -1');
    await refuse(
      lines(source('1\n')),
      { ...(state as object), files: ['a'], file: 7 },
      'of file 7; expected 0 to 1',
    );
    const rows = { ...(state as object), skip: 9 };
    await refuse(
      lines([source('1\n2\n'), source('3\n', 'b')]),
      rows,
      'a ends 7 rows before the place of the state',
    );
  });

  it('throws for another format, other options, or a context that no block can have left', async () => {
    const source = chunkedSource('a,b\n1,2\n3,4\n', 6);
    const reading = csv(source).open();
    await reading.next();
    const state = { ...(reading.state() as object) };
    const refuse = (stream: RowStream<unknown>, message: string, changes = {}) =>
      expect(() => stream.open({ ...state, ...changes })).toThrow(
        expect.objectContaining({ name: 'CheckpointError', message: expect.stringContaining(message) }),
      );
    refuse(lines(source), 'a reading with the format "csv"; expected "lines"');
    refuse(tsv(source), 'a reading with the delimiter ","; expected "\\t"');
    refuse(csv(source, { quote: "'" }), `a reading with the quote "\\""; expected "'"`);
    refuse(csv(source, { columns: ['a', 'b'] }), 'a reading with the columns null; expected ["a","b"]');
    refuse(
      csv(source, { encoding: 'latin1' }),
      'a reading with the encoding "utf-8"; expected "windows-1252"',
    );
    refuse(csv(source), 'dialect is 3; expected an object', { dialect: 3 });
    for (const context of [{ a: 1 }, 2, ['a', 3], ['a', 'a'], []]) {
      refuse(csv(source), `context is ${JSON.stringify(context)}; expected the columns' names, or null`, {
        context,
      });
    }
    const named = csv(source, { columns: ['x', 'y'] });
    const dialect = (named.open().state() as { dialect: object }).dialect;
    refuse(named, 'expected the columns x, y, or null', { dialect, context: ['a', 'b'] });
    const arrays = csv(source, { columns: false });
    const ofArrays = (arrays.open().state() as { dialect: object }).dialect;
    refuse(arrays, 'expected a number of columns, or null', { dialect: ofArrays, context: 0.5 });
    const text = lines(source);
    refuse(text, 'context is 1; expected null', { ...(text.open().state() as object), context: 1 });
  });
});
