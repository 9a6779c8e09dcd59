import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Philox } from '@unroll/backend/operations';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fileSource } from '../files/file-source.node.ts';
import { whitespace } from '../text/whitespace.ts';
import { tsv } from './csv.ts';

// `pnpm long tsv` sets 2,000.
const MEGABYTES = Number(process.env.UNROLL_TSV_MEGABYTES ?? 8);
const WORDS_A_FIELD = 8;

const random = new Philox(1);
const letters = 'aeinorstläö';
const word = () =>
  Array.from({ length: 2 + (random.uint32() % 7) }, () => letters[random.uint32() % letters.length]).join('');
const vocabulary = Array.from({ length: 5000 }, word);

let folder: string;
let path: string;
let rows = 0;

/** Lines of a number and two sentences, until the wanted number of bytes is reached. */
function* table(): Generator<string> {
  yield 'id\tsource\ttarget\n';
  const sentences = Array.from({ length: 2000 }, () =>
    Array.from({ length: WORDS_A_FIELD }, () => vocabulary[random.uint32() % vocabulary.length]).join(' '),
  );
  for (let bytes = 0; bytes < MEGABYTES * 1e6; ) {
    let lines = '';
    for (let i = 0; i < 1000; i++) {
      lines += `${rows}\t${sentences[rows % 2000]}\t${sentences[(rows * 7 + 3) % 2000]}\n`;
      rows++;
    }
    bytes += Buffer.byteLength(lines);
    yield lines;
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unroll-tsv-'));
  path = join(folder, 'large.tsv');
  await pipeline(table, createWriteStream(path));
});

afterAll(() => rm(folder, { recursive: true }));

it('a large TSV is read and tokenized row by row, and memory stays flat', async () => {
  const { tokenize } = whitespace();
  const source = fileSource(path);
  const megabytes = ((await stat(path)).size ?? 0) / 1e6;
  const memory: number[] = [];
  let read = 0;
  let tokens = 0;
  const start = performance.now();
  for await (const row of tsv(source, { strict: true })) {
    tokens += tokenize(row.source!).length + tokenize(row.target!).length;
    if (read++ % Math.ceil(rows / 40) === 0) memory.push(process.memoryUsage().rss / 1e6);
  }
  const seconds = (performance.now() - start) / 1000;
  expect(read).toBe(rows);
  expect(tokens).toBe(rows * WORDS_A_FIELD * 2);
  // During the first quarter, the heap's young generation fills up.
  const [early, late] = [memory.slice(0, 10), memory.slice(10)].map((part) => Math.max(...part)) as [
    number,
    number,
  ];
  const figures = [
    `${megabytes.toFixed(0)} MB`,
    `${(megabytes / seconds).toFixed(0)} MB/s`,
    `${(tokens / seconds / 1e6).toFixed(1)} million tokens/s`,
    `${early.toFixed(0)} MB of memory in the first quarter, ${late.toFixed(0)} MB after`,
  ];
  console.log(figures.join(', '));
  expect(late - early).toBeLessThan(128);
});
