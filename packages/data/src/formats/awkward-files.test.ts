import { describe, expect, it } from 'vitest';
import { chunkedSource } from '../../test/chunked-source.ts';
import { readRows } from '../../test/read-rows.ts';
import { conllu } from './conllu.ts';
import { csv, tsv } from './csv.ts';
import { jsonLines } from './json-lines.ts';
import { lines } from './lines.ts';
import type { ReadOptions } from './read-options.ts';

type Format = (source: ReturnType<typeof chunkedSource>, options: ReadOptions) => ReturnType<typeof lines>;

const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** Checks the rows of a text or bytes, for all sizes of chunks. */
async function each(bytes: Uint8Array<ArrayBuffer> | string, expected: object, read: unknown, options = {}) {
  const length = typeof bytes === 'string' ? new TextEncoder().encode(bytes).length : bytes.length;
  for (let size = 1; size <= length + 1; size++) {
    const source = chunkedSource(bytes, size);
    const found = await readRows((onBadRow) => (read as Format)(source, { onBadRow, ...options }));
    expect({ size, ...found }).toEqual({ size, bad: [], ...expected });
  }
}

describe('awkward files', () => {
  it('a byte order mark does not belong to the first line or column, and is kept anywhere else', async () => {
    await each('\ufeffa\n\ufeffb\n', { rows: ['a', '\ufeffb'] }, lines);
    await each('\ufeffid,x\n1,2\n', { rows: [{ id: '1', x: '2' }] }, csv);
    await each('\ufeff"id",x\n1,2\n', { rows: [{ id: '1', x: '2' }] }, csv);
    await each('\ufeff{"a":1}\n', { rows: [{ a: 1 }] }, jsonLines);
  });

  it('CRLF, CR and mixed line ends end lines', async () => {
    await each('a\r\nb\r\n\r\nc', { rows: ['a', 'b', '', 'c'] }, lines);
    await each('a\rb\r\rc\r', { rows: ['a', 'b', '', 'c'] }, lines);
    await each('a\nb\r\nc\rd\n\r\n', { rows: ['a', 'b', 'c', 'd', ''] }, lines);
    await each('x\ty\r\n1\t2\r\n', { rows: [{ x: '1', y: '2' }] }, tsv);
    await each(
      'x,y\r\n"1",2\r\n3,"4"\r\n',
      {
        rows: [
          { x: '1', y: '2' },
          { x: '3', y: '4' },
        ],
      },
      csv,
    );
  });

  it('Latin-1 is read when it is given as the encoding', async () => {
    await each(latin1('é\nß, ÿ\n'), { rows: ['é', 'ß, ÿ'] }, lines, { encoding: 'latin1' });
    await each(latin1('naïve,"à ""b"""\n1,2\n'), { rows: [{ naïve: '1', 'à "b"': '2' }] }, csv, {
      encoding: 'iso-8859-1',
    });
    await each(Uint8Array.of(0x80, 10), { rows: ['€'] }, lines, { encoding: 'latin1' });
  });

  it('bytes that are not valid UTF-8 make only their row bad', async () => {
    const bytes = latin1('good\nb\xe9d\n\xc3\xa9\n');
    const reason = 'it has bytes that are none of the encoding';
    await each(bytes, { rows: ['good', 'é'], bad: [`file:2: ${reason}`] }, lines);
    const table = latin1('a,b\n1,"x\ny"\n2,"\xe9\n"\n3,z\n');
    await each(
      table,
      {
        rows: [
          { a: '1', b: 'x\ny' },
          { a: '3', b: 'z' },
        ],
        bad: [`file:4: ${reason}`],
      },
      csv,
    );
  });

  it('UTF-16 is read when it is given as the encoding', async () => {
    const text = '\ufeffaĊ\n🙂\r\n';
    const units = Uint16Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
    await each(new Uint8Array(units.buffer), { rows: ['aĊ', '🙂'] }, lines, { encoding: 'utf-16le' });
  });

  it('quoted fields may span lines, and line numbers stay right after them', async () => {
    await each(
      'a,b\n1,"x\ny ""z"", w\r\n"\n2\n3,4\n',
      {
        rows: [
          { a: '1', b: 'x\ny "z", w\r\n' },
          { a: '3', b: '4' },
        ],
        bad: ['file:5: 1 column; expected 2'],
      },
      csv,
    );
  });

  it('empty lines count as lines, but not as rows of tables, JSON or sentences', async () => {
    await each('\na\n\n\n', { rows: ['', 'a', '', ''] }, lines);
    await each('\n\na,b\n\n1,2\n\n', { rows: [{ a: '1', b: '2' }] }, csv);
    await each('\n{"a":1}\n  \n2\n', { rows: [{ a: 1 }, 2] }, jsonLines);
    await each('', { rows: [] }, lines);
    await each('', { rows: [] }, csv);
    await each('\n', { rows: [] }, conllu);
  });

  it('a last line without a line break is a line', async () => {
    await each('a\nb', { rows: ['a', 'b'] }, lines);
    await each(
      'a,b\n1,"2',
      { rows: [], bad: [expect.stringContaining('file:2: a quote that does not close')] },
      csv,
    );
    await each('a,b\n1,"2"', { rows: [{ a: '1', b: '2' }] }, csv);
    await each('a\tb\n1\t2', { rows: [{ a: '1', b: '2' }] }, tsv);
    await each('1\n[2]', { rows: [1, [2]] }, jsonLines);
  });

  it('several files are read one after another, also when a last line has no line break', async () => {
    const files = [
      chunkedSource('a,b\n1,2', 3, 'one'),
      chunkedSource('', 1, 'none'),
      chunkedSource('b,a\n3,4\n5', 2, 'two'),
    ];
    const { rows, bad } = await readRows((onBadRow) => csv(files, { onBadRow }));
    expect(rows).toEqual([
      { a: '1', b: '2' },
      { b: '3', a: '4' },
    ]);
    expect(bad).toEqual(['two:3: 1 column; expected 2']);
  });
});
